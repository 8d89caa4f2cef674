import { MEMORIES } from '../scoring/metrics.ts';
import type { Figures } from './engine-sums.ts';
import type { SqlFigures } from './oracle-run.ts';

/** Past this, relative to max(1, both), the two are not the same numbers. */
export const TOLERANCE = 1e-9;

const BASE = MEMORIES.indexOf('base');
export const FIGURES = ['observations', 'mean', 'mass', 'nEff', 'variance', 'windowMean'] as const;
export type Figure = (typeof FIGURES)[number];

/** The largest difference of a figure, and whose it is. */
interface Worst {
  readonly difference: number;
  readonly scope: string;
  readonly dealer: string;
}

/** How engine and SQL differ in one metric. */
export interface MetricComparison {
  readonly metric: string;
  /** (scope, dealer) pairs. */
  readonly pairs: number;
  /** Of the pool of all dealers, that is each once. */
  readonly observations: number;
  readonly worst: Readonly<Record<Figure, Worst>>;
}

/**
 * Compares every pair of one metric. A pair that only one side has differs infinitely.
 */
export async function compareMetric(
  metric: string,
  engine: ReadonlyMap<string, Figures>,
  sql: AsyncIterable<SqlFigures>,
): Promise<MetricComparison> {
  const worst = Object.fromEntries(
    FIGURES.map((figure) => [figure, { difference: 0, scope: '', dealer: '' }]),
  ) as Record<Figure, Worst>;
  const note = (figure: Figure, difference: number, scope: string, dealer: string): void => {
    if (difference > worst[figure].difference) worst[figure] = { difference, scope, dealer };
  };
  const seen = new Set<string>();
  for await (const theirs of sql) {
    const { scope, dealer } = theirs;
    const key = `${scope} ${dealer}`;
    seen.add(key);
    const ours = engine.get(key);
    for (const [figure, difference] of differencesOf(ours, theirs)) {
      note(figure, difference, scope, dealer);
    }
  }
  for (const key of engine.keys()) {
    if (seen.has(key)) continue;
    const [scope, dealer] = key.split(' ') as [string, string];
    note('observations', Number.POSITIVE_INFINITY, scope, dealer);
  }
  const observations = engine.get('ALL *')?.observations ?? 0;
  return { metric, pairs: engine.size, observations, worst };
}

function differencesOf(ours: Figures | undefined, theirs: SqlFigures): [Figure, number][] {
  if (ours === undefined) return [['observations', Number.POSITIVE_INFINITY]];
  const lists = (['mean', 'mass', 'nEff', 'variance'] as const).map((figure): [Figure, number] => {
    const differences = ours[figure].map((value, i) => difference(value, theirs[figure][i]));
    return [figure, Math.max(...differences)];
  });
  const { windowMean } = theirs;
  return [
    ['observations', difference(ours.observations, theirs.observations)],
    ...lists,
    ['windowMean', windowMean === null ? 0 : difference(ours.mean[BASE], windowMean)],
  ];
}

/** Infinite where only one side has the figure. */
function difference(a: number | null | undefined, b: number | null | undefined): number {
  if (a == null || b == null) return a === b ? 0 : Number.POSITIVE_INFINITY;
  const distance = Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

/** The largest difference of any figure. */
export function largestDifference({ worst }: MetricComparison): number {
  return Math.max(...FIGURES.map((figure) => worst[figure].difference));
}
