import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import { MAX_COLUMNS, TIER } from '../scoring/block.ts';
import { COUNT, cellEffectiveSample } from '../scoring/cell.ts';
import { contribution, displayScore, normalise } from '../scoring/composite.ts';
import { readTier } from '../scoring/marks.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import { isAssetClass } from '../scoring/scopes.ts';
import { cellOf, type ScoreRows } from '../scoring/score-rows.ts';
import {
  estimateMany,
  type MetricAsOf,
  massOf,
  metricAsOf,
  standardErrorOf,
} from '../scoring/shrinkage.ts';
import { appetiteOf } from './appetite.ts';
import { variancePart } from './composite-error.ts';
import type { Ranking, RankOptions, Term } from './rank.ts';

/** [columns], of the dealer at hand. */
const estimates = new Float64Array(MAX_COLUMNS);

/** Writes out places of one ranking, with every metric's parts. */
export class PlaceDescriber {
  readonly #rows: ScoreRows;
  readonly #ranking: Ranking;
  readonly #options: RankOptions;
  /** What does not weigh. */
  readonly #beside: readonly Term[];
  /** Index into `rows.scopes` of the asset class; -1: none. */
  readonly #tierScope: number;
  readonly #recentQuotes: MetricAsOf;

  constructor(rows: ScoreRows, ranking: Ranking, options: RankOptions) {
    const { metrics, terms } = ranking;
    this.#rows = rows;
    this.#ranking = ranking;
    this.#options = options;
    this.#beside = metrics
      .filter((of) => !terms.some((term) => term.of === of))
      .map((of) => ({ of, weight: 0 }));
    this.#tierScope = rows.scopes.findIndex(({ scope }) => isAssetClass(scope));
    const { metric } = metrics.find((of) => of.metric.name === 'quoteRate')!;
    this.#recentQuotes = metricAsOf(rows, options.asOf, metric, MEMORIES.indexOf('fast'));
  }

  /** `place` counts from 0. */
  describe(place: number): ScoredDealer {
    const { order, composites, sufficientCount, metrics } = this.#ranking;
    const dealer = order[place]!;
    const composite = composites[dealer]!;
    const { metric } = this.#options;
    const isSufficient = place < sufficientCount;
    estimateMany(this.#rows, [dealer], metrics, estimates);
    const scores = this.#scoresOf(dealer);
    return {
      dealerId: this.#rows.dealers[dealer]!,
      rank: isSufficient ? place + 1 : null,
      value: metric === undefined ? composite : estimates[metric.column]!,
      composite,
      compositeStandardError: this.#compositeErrorOf(scores),
      displayScore: displayScore(composite),
      insufficient: !isSufficient,
      tier: this.#tierOf(dealer),
      appetite: this.#appetiteOf(dealer),
      metrics: scores,
    };
  }

  /** The terms of the composite in adding order, then what else was observed at the ranked scope. */
  #scoresOf(dealer: number): MetricScore[] {
    const rows = this.#rows;
    const { rankedScope, metric } = this.#options;
    const scores: MetricScore[] = [];
    for (const term of this.#ranking.terms) {
      const estimate = estimates[term.of.metric.column]!;
      scores.push(scoreOf(rows, dealer, term, rankedScope, estimate));
    }
    for (const term of this.#beside) {
      const { column } = term.of.metric;
      const at = cellOf(rows, rankedScope, dealer, column);
      const isObserved = at >= 0 && rows.cells[at + COUNT] !== 0;
      if (!isObserved && term.of.metric !== metric) continue;
      scores.push(scoreOf(rows, dealer, term, rankedScope, estimates[column]!));
    }
    return scores;
  }

  /** Of the terms, which come first. */
  #compositeErrorOf(scores: readonly MetricScore[]): number {
    const { terms } = this.#ranking;
    let sum = 0;
    for (let i = 0; i < terms.length; i++) {
      const { estimate, standardError } = scores[i]!;
      const { of, weight } = terms[i]!;
      sum += variancePart(weight, of.metric.scale, estimate, standardError!);
    }
    return Math.sqrt(sum);
  }

  /** The dealer's tier in the asset class that the rows go through. */
  #tierOf(dealer: number): number | null {
    const scope = this.#tierScope;
    const rows = this.#rows;
    return scope < 0 ? null : readTier(rows.cells, cellOf(rows, scope, dealer, TIER));
  }

  #appetiteOf(dealer: number): ScoredDealer['appetite'] {
    const quotes = this.#recentQuotes;
    const at = cellOf(this.#rows, this.#options.rankedScope, dealer, quotes.metric.column);
    return appetiteOf(this.#rows.cells, at, quotes);
  }
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
