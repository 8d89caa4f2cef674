import type { Micros } from '../../schemas/ids.ts';
import type { AxePart } from '../../schemas/selection.ts';
import { contribution, type WeightedMetric } from '../scoring/composite.ts';
import { type Model, type ModelMetric, metricOf } from '../scoring/model.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import {
  denseOf,
  estimateDealers,
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
  const { v, factor } = denseOf(rows, judged, options.rankedScope);
  for (let i = 0; i < dealers.length; i++) {
    const dealer = dealers[i]!;
    const mass = v[dealer]! < 0 ? 0 : v[dealer]! * factor;
    (mass >= model.minObservations ? sufficient : insufficient).push(dealer);
  }
  const values = metric === undefined ? composites : goodnessBy(rows, judged);
  return {
    order: [...bestFirst(sufficient, values), ...bestFirst(insufficient, values)],
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
    const { present, v, factor } = denseOf(rows, fillRate, scope);
    // A mass below 0 says that there is none.
    if (present.some((dealer) => v[dealer]! * factor >= model.minObservations)) return scope;
  }
  return rows.scopes.length - 1;
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
    estimateDealers(rows, of, estimates);
    for (let i = 0; i < dealers.length; i++) {
      const dealer = dealers[i]!;
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
  const { rows: atInstrument } = rows.scopes[0]!;
  for (let i = 0; i < dealers.length; i++) {
    const dealer = dealers[i]!;
    if (atInstrument[dealer]! < 0) continue;
    const part = axePart(rows, dealer, honesty, question);
    if (part === null) continue;
    axes.set(dealer, part);
    composites[dealer]! += part.contribution;
  }
  return axes;
}

/** What a ranking by one metric goes by, of every dealer: more is better. */
function goodnessBy(rows: ScoreRows, by: MetricAsOf): Float64Array {
  const values = new Float64Array(rows.dealers.length);
  estimateDealers(rows, by, values);
  return by.metric.higherIsBetter ? values : values.map((value) => -value);
}

/**
 * Sorts dealers, whose indices (and so their ids) ascend, by descending value; equals stay in their
 * order. Sorting numbers alone and looking up each dealer's place among them takes a third of the time
 * of sorting with a comparison.
 */
function bestFirst(dealers: readonly number[], values: Float64Array): number[] {
  const { length } = dealers;
  const ascending = Float64Array.from(dealers, (dealer) => values[dealer]!).sort();
  const order = new Array<number>(length);
  /** By the place of the first of some equals: how many of them have theirs. */
  const taken = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const dealer = dealers[i]!;
    const first = length - upperBound(ascending, values[dealer]!);
    order[first + taken[first]!++] = dealer;
  }
  return order;
}

/** How many of the ascending numbers are no greater than x. */
function upperBound(ascending: Float64Array, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
