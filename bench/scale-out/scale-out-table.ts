import type { ReadResult } from '../ingest/reader-role.ts';
import { ratioOverRounds } from '../support/over-rounds.ts';
import type { Table } from '../support/report.ts';
import { median } from '../support/rounds.ts';

/** What was measured of one way to spread the partitions. */
export interface SpreadRounds {
  readonly name: string;
  /** By process: the partitions that it hosts. */
  readonly processes: readonly (readonly number[])[];
  readonly shards: number;
  /** [round][process] */
  readonly rounds: readonly (readonly ReadResult[])[];
}

/** Events by wall clock and by processor time: medians over rounds, ratios within a round. */
export function scaleOutTable(spreads: readonly SpreadRounds[]): Table {
  return {
    title: 'spread over',
    columns: ['events/s', 'CPU us', 'events per CPU s', 'x first'],
    rows: spreads.map((spread) => rowOf(spread, spreads[0]!)),
  };
}

function rowOf(spread: SpreadRounds, base: SpreadRounds): Table['rows'][number] {
  const isBaseline = spread === base;
  const perSecond = median(spread.rounds.map(eventsPerSecond));
  const perCpuSecond = spread.rounds.map(eventsPerCpuSecond);
  const ratios = perCpuSecond.map((value, i) => value / eventsPerCpuSecond(base.rounds[i]!));
  const ratio = median(ratios);
  return {
    contender: spread.name,
    isBaseline,
    texts: [
      count(perSecond),
      (1e6 / median(perCpuSecond)).toFixed(2),
      count(median(perCpuSecond)),
      isBaseline ? 'baseline' : `${ratio.toFixed(2)}x`,
    ],
    figures: {
      samples: spread.rounds.length,
      eventsPerSecond: perSecond,
      eventsPerCpuSecond: median(perCpuSecond),
      ratioEventsPerCpuSecond: ratio,
    },
    measured: { 'x first': ratioOverRounds(ratios, 'more') },
  };
}

/** Of processes that read at the same time. */
const eventsPerSecond = (read: readonly ReadResult[]): number =>
  read.reduce((sum, result) => sum + result.eventsPerSecond, 0);

function eventsPerCpuSecond(read: readonly ReadResult[]): number {
  const events = read.reduce((sum, result) => sum + result.events, 0);
  const cpuMicros = read.reduce((sum, r) => sum + r.events * r.cpuSecondsPerMillion, 0);
  return (events * 1e6) / cpuMicros;
}

const count = (n: number): string => Math.round(n).toLocaleString('en-US');
