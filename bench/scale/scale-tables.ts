import { amountOverRounds, bytesOverRounds, ratioOverRounds } from '../support/over-rounds.ts';
import { type Table, type TableRow, times } from '../support/report.ts';
import { median } from '../support/rounds.ts';
import type { RunResult, SliceResult } from './scale-role.ts';

/** What was measured of one size. */
export interface SizedResults {
  readonly dealers: number;
  readonly instruments: number;
  readonly slices: readonly SliceResult[];
  readonly runs: readonly RunResult[];
}

const count = (n: number): string => Math.round(n).toLocaleString('en-US');

export const nameOf = ({
  dealers,
  instruments,
}: Pick<SizedResults, 'dealers' | 'instruments'>): string =>
  `${count(dealers)} dealers, ${count(instruments)} instruments`;

/** Processor time of an event, times that of the first size, round by round. */
const cpuRatios = ({ slices }: SizedResults, base: SizedResults): number[] =>
  slices.map((slice, i) => slice.cpuSecondsPerMillion / base.slices[i]!.cpuSecondsPerMillion);

/** Cost of an event by size: processor time of all threads. Medians over rounds, ratios within a round. */
export function costTable(sizes: readonly SizedResults[]): Table {
  return {
    title: 'cost of an event',
    columns: ['events/s', 'CPU us', 'CPU x first', '1/4', '3/4'],
    rows: sizes.map((size) => costRow(size, sizes[0]!)),
  };
}

function costRow(size: SizedResults, base: SizedResults): TableRow {
  const { slices } = size;
  const isBaseline = size === base;
  const speed = median(slices.map(({ eventsPerSecond }) => eventsPerSecond));
  const cpu = slices.map(({ cpuSecondsPerMillion }) => cpuSecondsPerMillion);
  const ratio = ratioOverRounds(cpuRatios(size, base), 'less')!;
  const spread = [ratio.median, ratio.quarter, ratio.threeQuarters];
  return {
    contender: nameOf(size),
    isBaseline,
    texts: [
      count(speed),
      median(cpu).toFixed(2),
      ...(isBaseline ? ['baseline', '', ''] : spread.map(times)),
    ],
    figures: {
      samples: slices.length,
      eventsPerSecond: speed,
      cpuMicrosPerEvent: median(cpu),
      ratioCpu: ratio.median,
      ratioCpuQuarter: ratio.quarter,
      ratioCpuThreeQuarters: ratio.threeQuarters,
    },
    measured: { 'CPU us': amountOverRounds(cpu, 'less'), 'CPU x first': ratio },
  };
}

type MemoryKey = 'columns' | 'boardBytes' | 'heapBytes' | 'rssBytes';

/** Of a live (scope, dealer) pair; the median over runs. */
const pairBytes = ({ runs }: SizedResults, key: MemoryKey): number =>
  median(runs.map((run) => run[key] / run.pairs));

/** What a live (scope, dealer) pair takes, by size; bytes of RSS and heap are medians over runs. */
export function memoryTable(sizes: readonly SizedResults[]): Table {
  return {
    title: 'memory of a live pair',
    columns: ['pairs', 'columns', 'board bytes', 'heap bytes', 'RSS bytes'],
    rows: sizes.map((size) => memoryRow(size, size === sizes[0])),
  };
}

function memoryRow(size: SizedResults, isBaseline: boolean): TableRow {
  const pairs = median(size.runs.map((run) => run.pairs));
  const [columns, board] = [pairBytes(size, 'columns'), pairBytes(size, 'boardBytes')];
  const [heap, rss] = [pairBytes(size, 'heapBytes'), pairBytes(size, 'rssBytes')];
  const byRun = (key: MemoryKey) => size.runs.map((run) => run[key] / run.pairs);
  return {
    contender: nameOf(size),
    isBaseline,
    texts: [count(pairs), columns.toFixed(1), ...[board, heap, rss].map(count)],
    figures: {
      samples: pairs,
      columnsPerPair: columns,
      boardBytesPerPair: board,
      heapBytesPerPair: heap,
      rssBytesPerPair: rss,
    },
    measured: {
      'board bytes': bytesOverRounds(byRun('boardBytes')),
      'heap bytes': bytesOverRounds(byRun('heapBytes')),
    },
  };
}
