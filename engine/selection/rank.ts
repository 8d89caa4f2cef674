import type { Micros } from '../../schemas/ids.ts';
import type { AxePart } from '../../schemas/selection.ts';
import { AXE_TO_BUY, AXE_TO_SELL, MASK } from '../scoring/block.ts';
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
import { sortBestFirst } from './best-first.ts';

/** Mask of the columns that hold axes. */
const AXES = (1 << AXE_TO_BUY) | (1 << AXE_TO_SELL);

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
  readonly dealers?: Int32Array;
}

/** One term of the composite. */
export interface Term {
  readonly of: MetricAsOf;
  readonly weight: number;
}

/** Dealers in rank order: the sufficient ones, then the insufficient, each part best first. */
export interface Ranking {
  /** Indices into `rows.dealers`. */
  readonly order: Int32Array;
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
  const dealers = options.dealers ?? Int32Array.from(rows.dealers.keys());
  const composites = compositesOf(rows, dealers, terms);
  const axes = addAxes(rows, dealers, composites, named(metrics, 'axeHonesty'), options.axes);
  const judged = named(metrics, metric?.name ?? 'fillRate');
  const isSufficient = sufficientAt(rows, judged, options.rankedScope, model.minObservations);
  const order = new Int32Array(dealers.length);
  const sufficientCount = sufficientFirst(dealers, isSufficient, order);
  const values = metric === undefined ? composites : goodnessBy(rows, judged);
  sortBestFirst(order.subarray(0, sufficientCount), values);
  sortBestFirst(order.subarray(sufficientCount), values);
  return {
    order,
    sufficientCount,
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
    const { present, sums, factor } = denseOf(rows, fillRate, scope);
    for (let i = 0; i < present.length; i++) {
      // A mass below 0 says that there is none.
      if (sums[2 * i]! * factor >= model.minObservations) return scope;
    }
  }
  return rows.scopes.length - 1;
}

/** Only what weighs is estimated for every dealer; the rest when a dealer is written out. */
function compositesOf(rows: ScoreRows, dealers: Int32Array, terms: readonly Term[]): Float64Array {
  const composites = new Float64Array(rows.dealers.length);
  const estimates = new Float64Array(composites.length);
  for (const { of, weight } of terms) {
    const { scale } = of.metric;
    estimateDealers(rows, of, estimates);
    for (let i = 0; i < dealers.length; i++) {
      const dealer = dealers[i]!;
      composites[dealer]! += contribution(weight, scale, estimates[dealer]!);
    }
  }
  return composites;
}

/** Adds what axes bring, as the last part of a composite. */
function addAxes(
  rows: ScoreRows,
  dealers: Int32Array,
  composites: Float64Array,
  honesty: MetricAsOf,
  question: AxeQuestion | undefined,
): Map<number, AxePart> {
  const axes = new Map<number, AxePart>();
  if (question === undefined) return axes;
  const { dense } = rows.scopes[0]!;
  const { placeOf } = dense;
  const masks = dense.field(rows.cells, rows.blocks, MASK, rows.fresh);
  for (let i = 0; i < dealers.length; i++) {
    const dealer = dealers[i]!;
    const place = placeOf[dealer]!;
    if (place < 0 || (masks[place]! & AXES) === 0) continue;
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

/** [dealers]: 1 for those with evidence enough at a scope. */
function sufficientAt(
  rows: ScoreRows,
  judged: MetricAsOf,
  scope: number,
  least: number,
): Uint8Array {
  const flags = new Uint8Array(rows.dealers.length).fill(0 >= least ? 1 : 0);
  const { present, sums, factor } = denseOf(rows, judged, scope);
  for (let i = 0; i < present.length; i++) {
    const mass = Math.max(0, sums[2 * i]! * factor);
    flags[present[i]!] = mass >= least ? 1 : 0;
  }
  return flags;
}

/** Puts the sufficient dealers before the others, each part in its order; returns how many they are. */
function sufficientFirst(dealers: Int32Array, isSufficient: Uint8Array, order: Int32Array): number {
  let count = 0;
  for (let i = 0; i < dealers.length; i++) {
    if (isSufficient[dealers[i]!] === 1) order[count++] = dealers[i]!;
  }
  let next = count;
  for (let i = 0; i < dealers.length; i++) {
    if (isSufficient[dealers[i]!] === 0) order[next++] = dealers[i]!;
  }
  return count;
}
