import type { Micros } from '../../schemas/ids.ts';
import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import { CELL_STRIDE, cellEffectiveSample } from '../scoring/cell.ts';
import { contribution, displayScore, type WeightedMetric } from '../scoring/composite.ts';
import { decayTime } from '../scoring/decay.ts';
import { METRIC_NAMES, METRICS, type MetricName } from '../scoring/metrics.ts';
import { COLUMN_COUNT, columnOf, type Model } from '../scoring/model.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { type Estimates, estimate, estimateStandardError, massOf } from '../scoring/shrinkage.ts';

export interface RankOptions {
  readonly asOf: Micros;
  readonly model: Model;
  readonly weights: readonly WeightedMetric[];
  /** Rank by one metric's estimate instead of the composite. */
  readonly metric?: MetricName;
  /** Index into `rows.scopes` where sufficiency is judged and masses are reported. */
  readonly rankedScope: number;
}

/** Dealers in rank order: the sufficient ones, then the insufficient, each part best first. */
export interface Ranking {
  /** Indices into `rows.dealers`. */
  readonly order: readonly number[];
  readonly sufficientCount: number;
  /** [dealers] */
  readonly composites: Float64Array;
  readonly estimates: Estimates;
}

/**
 * Ranks every dealer of the rows. Pure: the same rows and options give the same bits.
 * Ties rank by dealer id. A ranking by one metric judges sufficiency by that metric's own mass, any
 * other by fillRate's.
 */
export function rank(rows: ScoreRows, options: RankOptions): Ranking {
  const { asOf, model, metric } = options;
  const estimates = estimate(rows, asOf, model);
  const composites = compositesOf(rows.dealers.length, estimates, options.weights);
  const isSufficient = sufficiency(rows, options.rankedScope, metric ?? 'fillRate', asOf, model);
  const sufficient: number[] = [];
  const insufficient: number[] = [];
  for (let dealer = 0; dealer < rows.dealers.length; dealer++) {
    (isSufficient(dealer) ? sufficient : insufficient).push(dealer);
  }
  // Dealers come with ids ascending and the sort is stable, so ties rank by id.
  const better = comparison(composites, estimates, metric);
  sufficient.sort(better);
  insufficient.sort(better);
  return {
    order: [...sufficient, ...insufficient],
    sufficientCount: sufficient.length,
    composites,
    estimates,
  };
}

/** Whether a dealer's mass of a metric at a scope is enough to rank it there. */
function sufficiency(
  rows: ScoreRows,
  scope: number,
  metric: MetricName,
  asOf: Micros,
  model: Model,
): (dealer: number) => boolean {
  const column = columnOf(metric);
  const halfLife = model.halfLifeMicros[METRICS[metric].memory];
  const time = decayTime(asOf, halfLife, { whole: 0, scale: 1 });
  return (dealer) => massOf(rows, scope, dealer, column, time) >= model.minObservations;
}

/**
 * Index of the finest scope, `from` or wider, where any dealer is sufficient; the widest if there is
 * none.
 */
export function finestWithEvidence(
  rows: ScoreRows,
  from: number,
  asOf: Micros,
  model: Model,
): number {
  for (let scope = from; scope < rows.scopes.length; scope++) {
    const isSufficient = sufficiency(rows, scope, 'fillRate', asOf, model);
    if (rows.dealers.some((_, dealer) => isSufficient(dealer))) return scope;
  }
  return rows.scopes.length - 1;
}

function compositesOf(
  dealers: number,
  { values }: Estimates,
  weights: readonly WeightedMetric[],
): Float64Array {
  const composites = new Float64Array(dealers);
  for (const term of weights) {
    const column = columnOf(term.metric);
    for (let dealer = 0; dealer < dealers; dealer++) {
      composites[dealer]! += contribution(term, values[dealer * COLUMN_COUNT + column]!);
    }
  }
  return composites;
}

function comparison(
  composites: Float64Array,
  { values }: Estimates,
  metric: MetricName | undefined,
): (a: number, b: number) => number {
  if (metric === undefined) return (a, b) => composites[b]! - composites[a]!;
  const column = columnOf(metric);
  const sign = METRICS[metric].higherIsBetter ? 1 : -1;
  return (a, b) => sign * (values[b * COLUMN_COUNT + column]! - values[a * COLUMN_COUNT + column]!);
}

/** Writes out one place of a ranking with every metric's parts. */
export function describePlace(
  rows: ScoreRows,
  ranking: Ranking,
  place: number,
  options: RankOptions,
): ScoredDealer {
  const dealer = ranking.order[place]!;
  const composite = ranking.composites[dealer]!;
  const { metric } = options;
  const sufficient = place < ranking.sufficientCount;
  return {
    dealerId: rows.dealers[dealer]!,
    rank: sufficient ? place + 1 : null,
    value:
      metric === undefined
        ? composite
        : ranking.estimates.values[dealer * COLUMN_COUNT + columnOf(metric)]!,
    composite,
    compositeStandardError: compositeStandardError(dealer, ranking.estimates, options),
    displayScore: displayScore(composite),
    insufficient: !sufficient,
    metrics: METRIC_NAMES.map((name) => metricScore(rows, ranking, dealer, name, options)),
  };
}

function metricScore(
  rows: ScoreRows,
  { estimates }: Ranking,
  dealer: number,
  metric: MetricName,
  { asOf, model, weights, rankedScope }: RankOptions,
): MetricScore {
  const column = columnOf(metric);
  const at = dealer * COLUMN_COUNT + column;
  const value = estimates.values[at]!;
  const term = weights.find((w) => w.metric === metric) ?? { metric, weight: 0 };
  const halfLife = model.halfLifeMicros[METRICS[metric].memory];
  const time = decayTime(asOf, halfLife, { whole: 0, scale: 1 });
  const row = rows.scopes[rankedScope]!.rowAt[dealer]!;
  return {
    metric,
    estimate: value,
    standardError: standardError(estimates, at, column, model),
    normalised: METRICS[metric].normalise(value),
    weight: term.weight,
    contribution: contribution(term, value),
    mass: massOf(rows, rankedScope, dealer, column, time),
    effectiveSample: row < 0 ? 0 : cellEffectiveSample(rows.cells, row + column * CELL_STRIDE),
  };
}

function standardError(estimates: Estimates, at: number, column: number, model: Model): number {
  const { variances, masses } = estimates;
  return estimateStandardError(variances[column]!, masses[at]!, model.priorStrength);
}

/** sqrt(sum (weight x slope x se)^2): the parts are taken as independent, which they are not quite. */
function compositeStandardError(
  dealer: number,
  estimates: Estimates,
  { weights, model }: RankOptions,
): number {
  let sum = 0;
  for (const { metric, weight } of weights) {
    const column = columnOf(metric);
    const at = dealer * COLUMN_COUNT + column;
    const slope = METRICS[metric].slope(estimates.values[at]!);
    const part = weight * slope * standardError(estimates, at, column, model);
    sum += part * part;
  }
  return Math.sqrt(sum);
}
