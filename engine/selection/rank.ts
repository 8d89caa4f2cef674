import type { Micros } from '../../schemas/ids.ts';
import type { AxePart } from '../../schemas/selection.ts';
import { AXE_TO_BUY, AXE_TO_SELL } from '../scoring/block.ts';
import { addContributions, type WeightedMetric } from '../scoring/composite.ts';
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
import { RankingRoom } from './ranking-room.ts';

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
  /** [dealers]: 1 for those that are left out; nobody is unless given. */
  readonly refused?: Uint8Array;
}

/** One term of the composite. */
export interface Term {
  readonly of: MetricAsOf;
  readonly weight: number;
}

/**
 * Dealers in rank order: the sufficient ones, then the insufficient, each part best first. Its arrays hold
 * until the next ranking of this thread.
 */
export interface Ranking {
  /** Indices into `rows.dealers`. */
  readonly order: Int32Array;
  readonly sufficientCount: number;
  /** [dealers] */
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
  const room = RankingRoom.for(rows.dealers.length);
  const metrics = metricsAsOf(rows, asOf, model, memory);
  const terms = options.weights.map((w) => ({ of: named(metrics, w.metric), weight: w.weight }));
  addTerms(rows, terms, room);
  const axes = addAxes(rows, named(metrics, 'axeHonesty'), options.axes, room);
  const judged = named(metrics, metric?.name ?? 'fillRate');
  const sufficientCount = judge(rows, judged, options, room.standing);
  const values = metric === undefined ? room.composites : goodnessBy(rows, judged, room);
  const best = bestFirst(rows, values);
  const order = sufficientFirst(best, sufficientCount, room);
  return { order, sufficientCount, composites: room.composites, axes, metrics, terms };
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
    const { column, factor } = denseOf(rows, fillRate, scope);
    for (let i = 0; i < column.count; i++) {
      if (column.sums[2 * i]! * factor >= model.minObservations) return scope;
    }
  }
  return rows.scopes.length - 1;
}

/** Only what weighs is estimated for every dealer; the rest when a dealer is written out. */
function addTerms(
  rows: ScoreRows,
  terms: readonly Term[],
  { composites, estimates }: RankingRoom,
): void {
  composites.fill(0);
  for (const { of, weight } of terms) {
    if (weight === 0) continue;
    estimateDealers(rows, of, estimates);
    addContributions(composites, weight, of.metric.scale, estimates);
  }
}

/** Adds what axes bring, as the last part of a composite. */
function addAxes(
  rows: ScoreRows,
  honesty: MetricAsOf,
  question: AxeQuestion | undefined,
  { composites, estimates }: RankingRoom,
): Map<number, AxePart> {
  const axes = new Map<number, AxePart>();
  if (question === undefined) return axes;
  const { dense } = rows.scopes[0]!;
  const { present, count } = dense;
  const masks = dense.field(rows, 'mask');
  let isEstimated = false;
  const honestyOf = (dealer: number): number => {
    // Few dealers' honesty was ever observed, so that of all costs no more than that of some.
    if (!isEstimated) estimateDealers(rows, honesty, estimates);
    isEstimated = true;
    return estimates[dealer]!;
  };
  for (let place = 0; place < count; place++) {
    if ((masks[place]! & AXES) === 0) continue;
    const dealer = present[place]!;
    const part = axePart(rows, dealer, honestyOf, question);
    if (part === null) continue;
    axes.set(dealer, part);
    composites[dealer]! += part.contribution;
  }
  return axes;
}

/** What a ranking by one metric goes by, of every dealer: more is better. */
function goodnessBy(rows: ScoreRows, by: MetricAsOf, { estimates }: RankingRoom): Float64Array {
  estimateDealers(rows, by, estimates);
  if (by.metric.higherIsBetter) return estimates;
  for (let dealer = 0; dealer < estimates.length; dealer++) estimates[dealer] = -estimates[dealer]!;
  return estimates;
}

/** What becomes of a dealer in a ranking. */
const LEFT_OUT = 0;
const INSUFFICIENT = 1;
const SUFFICIENT = 2;

/** Says into `standing` [dealers] what becomes of each; returns how many are sufficient. */
function judge(
  rows: ScoreRows,
  judged: MetricAsOf,
  { rankedScope, model, refused }: RankOptions,
  standing: Uint8Array,
): number {
  const least = model.minObservations;
  const { column, factor } = denseOf(rows, judged, rankedScope);
  standing.fill(0 >= least ? SUFFICIENT : INSUFFICIENT);
  for (let i = 0; i < column.count; i++) {
    const mass = Math.max(0, column.sums[2 * i]! * factor);
    standing[column.dealers[i]!] = mass >= least ? SUFFICIENT : INSUFFICIENT;
  }
  let sufficient = 0;
  for (let dealer = 0; dealer < standing.length; dealer++) {
    if (refused !== undefined && refused[dealer] === 1) standing[dealer] = LEFT_OUT;
    else if (standing[dealer] === SUFFICIENT) sufficient++;
  }
  return sufficient;
}

/** All dealers, best first: an array that holds until others are ranked at the same scope. */
function bestFirst({ scopes }: ScoreRows, values: Float64Array): Int32Array {
  const order = scopes[0]!.lastOrder;
  sortBestFirst(order, values);
  return order;
}

/** The sufficient dealers before the others, each part in its order. */
function sufficientFirst(
  best: Int32Array,
  sufficientCount: number,
  { standing, order }: RankingRoom,
): Int32Array {
  let first = 0;
  let after = sufficientCount;
  for (let i = 0; i < best.length; i++) {
    const dealer = best[i]!;
    if (standing[dealer] === SUFFICIENT) order[first++] = dealer;
    else if (standing[dealer] === INSUFFICIENT) order[after++] = dealer;
  }
  return after === order.length ? order : order.subarray(0, after);
}
