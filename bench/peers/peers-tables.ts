import type { Latencies } from '../support/latencies.ts';
import { amountOverRounds, ratioOverRounds } from '../support/over-rounds.ts';
import {
  duration,
  type LatencySeries,
  type Table,
  type TableRow,
  times,
} from '../support/report.ts';
import { median } from '../support/rounds.ts';

export interface PeerSeries extends LatencySeries {
  /** [rounds]: processor time of an answer, of all processes. */
  readonly cpuMicros: readonly number[];
}

/** Processor time of an answer: less noisy than the clock where others share the cores. Medians over rounds. */
export function costTable(series: readonly PeerSeries[], baseline: PeerSeries): Table {
  return {
    title: 'processor time of an answer, all processes',
    columns: ['CPU', 'CPU x engine'],
    rows: series.map((each) => costRow(each, baseline)),
  };
}

function costRow({ contender, cpuMicros }: PeerSeries, baseline: PeerSeries): TableRow {
  const isBaseline = contender === baseline.contender;
  const ratios = cpuMicros.map((micros, i) => micros / baseline.cpuMicros[i]!);
  return {
    contender,
    isBaseline,
    texts: [duration(median(cpuMicros) * 1000), isBaseline ? 'baseline' : times(median(ratios))],
    figures: { cpuMicros: median(cpuMicros), ratioCpu: median(ratios) },
    measured: {
      CPU: amountOverRounds(cpuMicros, 'less'),
      'CPU x engine': ratioOverRounds(ratios, 'less'),
    },
  };
}

/** How many times as fast at p50 as each peer an engine is. Medians over rounds. */
export function speedUpTable(engine: LatencySeries, peers: readonly LatencySeries[]): Table {
  return {
    title: `${engine.contender}: how many times as fast at p50 as`,
    columns: [SPEED_UP],
    rows: peers.map((peer) => speedUpRow(engine, peer)),
  };
}

export const SPEED_UP = 'times as fast';

function speedUpRow(engine: LatencySeries, { contender, rounds }: LatencySeries): TableRow {
  const p50 = (round: Latencies): number => round.quantile(0.5) ?? Number.NaN;
  const ratios = rounds.map((round, i) => p50(round) / p50(engine.rounds[i]!));
  return {
    contender,
    isBaseline: false,
    texts: [times(median(ratios))],
    figures: { times: median(ratios) },
    measured: { [SPEED_UP]: ratioOverRounds(ratios, 'more') },
  };
}
