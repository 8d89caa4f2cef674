import type { Table } from '../support/report.ts';
import { median } from '../support/rounds.ts';
import type { RunResult, SliceResult } from './scale-role.ts';

/** What was measured of one size. */
export interface SizedResults {
  readonly dealers: number;
  readonly instruments: number;
  /** Processor time of an event, at most so many times that of the first size; null: no target. */
  readonly targetRatio: number | null;
  readonly slices: readonly SliceResult[];
  readonly runs: readonly RunResult[];
}

/** Bytes of the shared scoreboard that a pair may take. */
const TARGET_PAIR_BYTES = 1_024;

const verdict = (value: number, target: number, limit: string): string =>
  `${limit}: ${value <= target ? 'met' : 'MISSED'}`;

const count = (n: number): string => Math.round(n).toLocaleString('en-US');

const nameOf = ({ dealers, instruments }: SizedResults): string =>
  `${count(dealers)} dealers, ${count(instruments)} instruments`;

/** Cost of an event by size: processor time of all threads. Medians over rounds, ratios within a round. */
export function costTable(sizes: readonly SizedResults[]): Table {
  return {
    title: 'cost of an event',
    columns: ['events/s', 'CPU us', 'CPU x first', '1/4', '3/4', 'target'],
    rows: sizes.map((size) => costRow(size, sizes[0]!)),
  };
}

function costRow(size: SizedResults, base: SizedResults): Table['rows'][number] {
  const { slices, targetRatio } = size;
  const isBaseline = size === base;
  const speed = median(slices.map(({ eventsPerSecond }) => eventsPerSecond));
  const cpu = median(slices.map(({ cpuSecondsPerMillion }) => cpuSecondsPerMillion));
  const ratios = slices.map(
    (slice, i) => slice.cpuSecondsPerMillion / base.slices[i]!.cpuSecondsPerMillion,
  );
  const ratio = median(ratios);
  const [low, high] = quartiles(ratios);
  return {
    contender: nameOf(size),
    isBaseline,
    texts: [
      count(speed),
      cpu.toFixed(2),
      ...(isBaseline ? ['baseline', '', ''] : [ratio, low, high].map((r) => `${r.toFixed(2)}x`)),
      targetRatio === null ? '' : verdict(ratio, targetRatio, `${targetRatio}x`),
    ],
    figures: {
      samples: slices.length,
      eventsPerSecond: speed,
      cpuMicrosPerEvent: cpu,
      ratioCpu: ratio,
      ratioCpuQuarter: low,
      ratioCpuThreeQuarters: high,
      targetRatio,
    },
  };
}

/** Below which a quarter of the values lies, and above which another quarter does. */
function quartiles(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[sorted.length >> 2]!, sorted[(3 * sorted.length) >> 2]!];
}

/** What a live (scope, dealer) pair takes, by size; bytes of RSS and heap are medians over runs. */
export function memoryTable(sizes: readonly SizedResults[]): Table {
  return {
    title: 'memory of a live pair',
    columns: ['pairs', 'columns', 'board bytes', 'heap bytes', 'RSS bytes', 'target, board'],
    rows: sizes.map((size) => memoryRow(size, size === sizes[0])),
  };
}

function memoryRow(size: SizedResults, isBaseline: boolean): Table['rows'][number] {
  const perPair = (key: 'columns' | 'boardBytes' | 'heapBytes' | 'rssBytes'): number =>
    median(size.runs.map((run) => run[key] / run.pairs));
  const pairs = median(size.runs.map((run) => run.pairs));
  const [columns, board] = [perPair('columns'), perPair('boardBytes')];
  const [heap, rss] = [perPair('heapBytes'), perPair('rssBytes')];
  return {
    contender: nameOf(size),
    isBaseline,
    texts: [
      count(pairs),
      columns.toFixed(1),
      ...[board, heap, rss].map(count),
      verdict(board, TARGET_PAIR_BYTES - 1, `under ${count(TARGET_PAIR_BYTES)}`),
    ],
    figures: {
      samples: pairs,
      columnsPerPair: columns,
      boardBytesPerPair: board,
      heapBytesPerPair: heap,
      rssBytesPerPair: rss,
      targetBytes: TARGET_PAIR_BYTES,
    },
  };
}
