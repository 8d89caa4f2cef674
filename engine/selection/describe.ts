import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import { TIER } from '../scoring/block.ts';
import { COUNT, cellEffectiveSample } from '../scoring/cell.ts';
import { contribution, displayScore, normalise, slopeAt } from '../scoring/composite.ts';
import { readTier } from '../scoring/marks.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import { isAssetClass } from '../scoring/scopes.ts';
import { cellOf, type ScoreRows } from '../scoring/score-rows.ts';
import {
  estimateAll,
  type MetricAsOf,
  massOf,
  metricAsOf,
  standardErrorOf,
} from '../scoring/shrinkage.ts';
import { appetiteOf } from './appetite.ts';
import type { Ranking, RankOptions, Term } from './rank.ts';

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
  const estimates = new Float64Array(ranking.metrics.length);
  estimateAll(rows, dealer, ranking.metrics, estimates);
  const sufficient = place < ranking.sufficientCount;
  return {
    dealerId: rows.dealers[dealer]!,
    rank: sufficient ? place + 1 : null,
    value: metric === undefined ? composite : estimates[metric.column]!,
    composite,
    compositeStandardError: compositeStandardError(rows, dealer, ranking.terms, estimates),
    displayScore: displayScore(composite),
    insufficient: !sufficient,
    tier: tierOf(rows, dealer),
    appetite: dealerAppetite(rows, ranking, dealer, options),
    metrics: scoresOf(rows, ranking, dealer, options, estimates),
  };
}

/** The terms of the composite in adding order, then what else was observed at the ranked scope. */
function scoresOf(
  rows: ScoreRows,
  { metrics, terms }: Ranking,
  dealer: number,
  options: RankOptions,
  estimates: Float64Array,
): MetricScore[] {
  const score = (term: Term): MetricScore =>
    scoreOf(rows, dealer, term, options.rankedScope, estimates[term.of.metric.column]!);
  const scored = terms.map(score);
  for (let column = 0; column < metrics.length; column++) {
    const of = metrics[column]!;
    if (terms.some((term) => term.of === of)) continue;
    const at = cellOf(rows, options.rankedScope, dealer, of.metric.column);
    const isObserved = at >= 0 && rows.cells[at + COUNT] !== 0;
    if (isObserved || of.metric === options.metric) scored.push(score({ of, weight: 0 }));
  }
  return scored;
}

/** One metric of a dealer, with its weight in the composite. */
export function scoreOf(
  rows: ScoreRows,
  dealer: number,
  { of, weight }: Term,
  rankedScope: number,
  estimate: number,
): MetricScore {
  const { metric } = of;
  const at = cellOf(rows, rankedScope, dealer, metric.column);
  return {
    metric: metric.name,
    estimate,
    standardError: standardErrorOf(rows, dealer, of),
    normalised: normalise(metric.scale, estimate),
    weight,
    contribution: contribution(weight, metric.scale, estimate),
    mass: massOf(rows, dealer, of, rankedScope),
    effectiveSample: at < 0 ? 0 : cellEffectiveSample(rows.cells, at, of.memory),
  };
}

/** sqrt(sum (weight x slope x se)^2): the parts are taken as independent, which they are not quite. */
function compositeStandardError(
  rows: ScoreRows,
  dealer: number,
  terms: readonly Term[],
  estimates: Float64Array,
): number {
  let sum = 0;
  for (const { of, weight } of terms) {
    const slope = slopeAt(of.metric.scale, estimates[of.metric.column]!);
    const part = weight * slope * standardErrorOf(rows, dealer, of);
    sum += part * part;
  }
  return Math.sqrt(sum);
}

/** The standard error of a ranked dealer's composite. */
export function compositeErrorOf(rows: ScoreRows, ranking: Ranking, dealer: number): number {
  const estimates = new Float64Array(ranking.metrics.length);
  estimateAll(rows, dealer, ranking.metrics, estimates);
  return compositeStandardError(rows, dealer, ranking.terms, estimates);
}

/** The dealer's tier in the asset class that the rows go through. */
function tierOf(rows: ScoreRows, dealer: number): number | null {
  const scope = rows.scopes.findIndex((each) => isAssetClass(each.scope));
  return scope < 0 ? null : readTier(rows.cells, cellOf(rows, scope, dealer, TIER));
}

function dealerAppetite(
  rows: ScoreRows,
  { metrics }: Ranking,
  dealer: number,
  { asOf, rankedScope }: RankOptions,
): ScoredDealer['appetite'] {
  const { metric } = metrics.find((of) => of.metric.name === 'quoteRate')!;
  const fast: MetricAsOf = metricAsOf(rows, asOf, metric, MEMORIES.indexOf('fast'));
  return appetiteOf(rows.cells, cellOf(rows, rankedScope, dealer, metric.column), fast);
}
