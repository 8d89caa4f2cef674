import type { Latencies } from '../../bench/support/latencies.ts';
import { latencyTable } from '../../bench/support/report.ts';
import { median } from '../../bench/support/rounds.ts';
import { MAX_BUFFERED_BYTES, MAX_WAITING_QUESTION_BYTES } from '../../engine/gateway/limits.ts';
import type { ExperimentReport } from '../experiment.ts';
import type { Peaks } from './engine-gauges.ts';

/** One round. */
export interface RoundResult {
  readonly latencies: Latencies;
  readonly peaks: Peaks;
  /** Deltas that were not sent. */
  readonly skipped: number;
  /** Why somebody does not hold what the engine holds; empty: everybody does. */
  readonly differences: readonly string[];
  readonly largestFrameBytes: number;
  readonly lost: number;
}

export interface RunSize {
  readonly healthy: number;
  readonly deaf: number;
  readonly seconds: number;
  readonly quick: boolean;
}

/** Healthy subscribers may be this much slower beside those that never read. */
const RATIO_MAX = 1.1;
/** What a heap may be larger by from one round to the next without meaning anything. */
const HEAP_NOISE_BYTES = 64 * 1024 * 1024;

export function reportOf(
  size: RunSize,
  withDeaf: readonly RoundResult[],
  without: readonly RoundResult[],
  notes: readonly string[],
): ExperimentReport {
  const series = (contender: string, results: readonly RoundResult[]) => ({
    contender,
    rounds: results.map(({ latencies }) => latencies),
  });
  const title = `event published to state held, ${size.healthy} healthy subscribers`;
  const baseline = series('without the others', without);
  return {
    tables: [
      latencyTable(title, baseline, [series(`beside ${size.deaf} that never read`, withDeaf)]),
    ],
    checks: [
      latencyCheck(size, withDeaf, without),
      bufferCheck(withDeaf),
      memoryCheck(size, withDeaf, without),
      skippedCheck(size, withDeaf),
      stateCheck(size, [...withDeaf, ...without]),
    ],
    notes,
  };
}

function latencyCheck(
  { quick }: RunSize,
  withDeaf: readonly RoundResult[],
  without: readonly RoundResult[],
) {
  const p99 = ({ latencies }: RoundResult) => latencies.quantile(0.99) ?? Number.NaN;
  const ratios = withDeaf.map((round, i) => p99(round) / p99(without[i]!));
  const ratio = median(ratios);
  const each = ratios.map((one) => one.toFixed(3)).join(', ');
  const short = quick ? '; too short to be judged' : '';
  return {
    name: 'p99 of the healthy is within 10% of that without the others',
    passed: quick ? Number.isFinite(ratio) : ratio <= RATIO_MAX,
    detail: `median of the rounds ${ratio.toFixed(3)}, each: ${each}${short}`,
  };
}

function bufferCheck(withDeaf: readonly RoundResult[]) {
  const buffered = Math.max(...withDeaf.map(({ peaks }) => peaks.bufferedBytes));
  const frame = Math.max(...withDeaf.map(({ largestFrameBytes }) => largestFrameBytes));
  return {
    name: 'at most 128 KB and one frame wait for a subscriber',
    passed: buffered <= MAX_BUFFERED_BYTES + frame,
    detail: `${kibibytes(buffered)} at most; the largest frame has ${kibibytes(frame)}`,
  };
}

function memoryCheck(
  size: RunSize,
  withDeaf: readonly RoundResult[],
  without: readonly RoundResult[],
) {
  const residents = [withDeaf, without].map((rounds) =>
    rounds.map(({ peaks }) => peaks.residentBytes),
  );
  const name = 'the engine grows by no more than what may wait for those that never read';
  if (residents.flat().some((bytes) => bytes === null)) {
    return { name, passed: true, detail: 'not measured: this system does not say' };
  }
  const [beside, alone] = residents.map((each) => Math.max(...(each as number[]))) as [
    number,
    number,
  ];
  const frame = Math.max(...withDeaf.map(({ largestFrameBytes }) => largestFrameBytes));
  const each = MAX_BUFFERED_BYTES + frame + MAX_WAITING_QUESTION_BYTES;
  const most = size.deaf * each + HEAP_NOISE_BYTES;
  return {
    name,
    passed: beside - alone <= most,
    detail: `${mebibytes(beside)} beside them, ${mebibytes(alone)} without; ${mebibytes(most)} more allowed`,
  };
}

function skippedCheck(size: RunSize, withDeaf: readonly RoundResult[]) {
  const skipped = withDeaf.map((round) => round.skipped);
  const lost = withDeaf.reduce((sum, round) => sum + round.lost, 0);
  return {
    name: 'deltas of those that never read are skipped, and they stay connected',
    // One each at least: a topic that they have asked a snapshot of skips no more.
    passed: skipped.every((count) => count >= size.deaf) && lost === 0,
    detail: `skipped ${skipped.join(', ')}; ${lost} connections lost`,
  };
}

function stateCheck(size: RunSize, rounds: readonly RoundResult[]) {
  const differences = rounds.flatMap((round) => round.differences);
  return {
    name: "everybody's state is the engine's own, to the last bit, of the slow ones once they read again",
    passed: differences.length === 0,
    detail:
      differences.length === 0
        ? `${size.healthy} in ${rounds.length} rounds, ${size.deaf} in half of them`
        : differences.slice(0, 5).join('; '),
  };
}

const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
