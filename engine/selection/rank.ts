import type { Micros } from '../../schemas/ids.ts';
import type { AxePart } from '../../schemas/selection.ts';
import { contribution, type WeightedMetric } from '../scoring/composite.ts';
import { type Model, type ModelMetric, metricOf } from '../scoring/model.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import {
  denseOf,
  estimateDealers,
  estimateOf,
  type MetricAsOf,
  metricAsOf,
  metricsAsOf,
} from '../scoring/shrinkage.ts';
import { type AxeQuestion, axePart } from './axe-part.ts';

export interface RankOptions {
  readonly asOf: Micros;
  readonly model: Model;
  readonly weights: readonly WeightedMetric[];
  /** Rank by one metric's estimate instead of the composite. */
  readonly metric?: ModelMetric;
  /** Index into MEMORIES; unless given, each metric is read in the one that it is ranked by. */
  readonly memory?: number;
  /** Index into `rows.scopes` where sufficiency is judged and masses are reported. */
  readonly rankedScope: number;
  /** Of an order: dealers with a live axe for it are raised. */
  readonly axes?: AxeQuestion;
  /** Indices into `rows.dealers`, ascending: who is ranked; all of them unless given. */
  readonly dealers?: readonly number[];
}

/** One term of the composite. */
export interface Term {
  readonly of: MetricAsOf;
  readonly weight: number;
}

/** Dealers in rank order: the sufficient ones, then the insufficient, each part best first. */
export interface Ranking {
  /** Indices into `rows.dealers`. */
  readonly order: readonly number[];
  readonly sufficientCount: number;
  /** [dealers]; 0 for those that are not ranked. */
  readonly composites: Float64Array;
  /** By dealer index; only those that have one. */
  readonly axes: ReadonlyMap<number, AxePart>;
  /** [columns] */
  readonly metrics: readonly MetricAsOf[];
  /** In the order in which they are added. */
  readonly terms: readonly Term[];
}

/**
 * Ranks the dealers of the rows. Pure: the same rows and options give the same bits.
 * Ties rank by dealer id. A ranking by one metric judges sufficiency by that metric's own mass, any
 * other by fillRate's.
 */
export function rank(rows: ScoreRows, options: RankOptions): Ranking {
  const { asOf, model, metric, memory } = options;
  const metrics = metricsAsOf(rows, asOf, model, memory);
  const terms = options.weights.map((w) => ({ of: named(metrics, w.metric), weight: w.weight }));
  const dealers = options.dealers ?? [...rows.dealers.keys()];
  const composites = compositesOf(rows, dealers, terms);
  const axes = addAxes(rows, dealers, composites, named(metrics, 'axeHonesty'), options.axes);
  const judged = named(metrics, metric?.name ?? 'fillRate');
  const sufficient: number[] = [];
  const insufficient: number[] = [];
  const masses = massesAt(rows, judged, options.rankedScope);
  for (const dealer of dealers) {
    (masses(dealer) >= model.minObservations ? sufficient : insufficient).push(dealer);
  }
  // Dealers come with ids ascending and the sort is stable, so ties rank by id.
  const better = comparison(rows, composites, metric === undefined ? null : judged);
  sufficient.sort(better);
  insufficient.sort(better);
  return {
    order: [...sufficient, ...insufficient],
    sufficientCount: sufficient.length,
    composites,
    axes,
    metrics,
    terms,
  };
}

function named(metrics: readonly MetricAsOf[], name: string): MetricAsOf {
  return metrics.find(({ metric }) => metric.name === name)!;
}

/**
 * Index of the finest scope, `from` or wider, where any dealer is sufficient; the widest if there is
 * none. `memory` as in RankOptions.
 */
export function finestWithEvidence(
  rows: ScoreRows,
  from: number,
  asOf: Micros,
  model: Model,
  memory?: number,
): number {
  const metric = metricOf(model, 'fillRate')!;
  const fillRate = metricAsOf(rows, asOf, metric, memory ?? metric.ranked);
  for (let scope = from; scope < rows.scopes.length; scope++) {
    const masses = massesAt(rows, fillRate, scope);
    for (let dealer = 0; dealer < rows.dealers.length; dealer++) {
      if (masses(dealer) >= model.minObservations) return scope;
    }
  }
  return rows.scopes.length - 1;
}

/** Mass of each dealer at a scope as of the moment. */
function massesAt(rows: ScoreRows, of: MetricAsOf, scope: number): (dealer: number) => number {
  const { v, factor } = denseOf(rows, of, scope);
  return (dealer) => (v[dealer]! < 0 ? 0 : v[dealer]! * factor);
}

/** Only what weighs is estimated for every dealer; the rest when a dealer is written out. */
function compositesOf(
  rows: ScoreRows,
  dealers: readonly number[],
  terms: readonly Term[],
): Float64Array {
  const composites = new Float64Array(rows.dealers.length);
  const estimates = new Float64Array(composites.length);
  for (const { of, weight } of terms) {
    estimateDealers(rows, dealers, of, estimates);
    for (const dealer of dealers) {
      composites[dealer]! += contribution(weight, of.metric, estimates[dealer]!);
    }
  }
  return composites;
}

/** Adds what axes bring, as the last part of a composite. */
function addAxes(
  rows: ScoreRows,
  dealers: readonly number[],
  composites: Float64Array,
  honesty: MetricAsOf,
  question: AxeQuestion | undefined,
): Map<number, AxePart> {
  const axes = new Map<number, AxePart>();
  if (question === undefined) return axes;
  for (const dealer of dealers) {
    const part = axePart(rows, dealer, honesty, question);
    if (part === null) continue;
    axes.set(dealer, part);
    composites[dealer]! += part.contribution;
  }
  return axes;
}

function comparison(
  rows: ScoreRows,
  composites: Float64Array,
  by: MetricAsOf | null,
): (a: number, b: number) => number {
  if (by === null) return (a, b) => composites[b]! - composites[a]!;
  const values = rows.dealers.map((_, dealer) => estimateOf(rows, dealer, by));
  const sign = by.metric.higherIsBetter ? 1 : -1;
  return (a, b) => sign * (values[b]! - values[a]!);
}
