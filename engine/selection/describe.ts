import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import { cellIn, MAX_COLUMNS, maskAt, TIER } from '../scoring/block.ts';
import { COUNT, cellEffectiveSample } from '../scoring/cell.ts';
import { displayScore, normalise } from '../scoring/composite.ts';
import { readTier } from '../scoring/marks.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import { isAssetClass } from '../scoring/scopes.ts';
import { cellOf, type ScoreRows } from '../scoring/score-rows.ts';
import {
  estimateMany,
  type MetricAsOf,
  massAt,
  metricAsOf,
  standardErrorAt,
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
    const { cells } = this.#rows;
    const { rankedScope, metric } = this.#options;
    const finest = headOf(this.#rows, 0, dealer);
    const ranked = headOf(this.#rows, rankedScope, dealer);
    const scores: MetricScore[] = [];
    for (const term of this.#ranking.terms) {
      const { column } = term.of.metric;
      const finestAt = cellIn(finest.block, finest.mask, column);
      const rankedAt = cellIn(ranked.block, ranked.mask, column);
      scores.push(scoreAt(cells, term, estimates[column]!, finestAt, rankedAt));
    }
    for (const term of this.#beside) {
      const { column } = term.of.metric;
      const rankedAt = cellIn(ranked.block, ranked.mask, column);
      const isObserved = rankedAt >= 0 && cells[rankedAt + COUNT] !== 0;
      if (!isObserved && term.of.metric !== metric) continue;
      const finestAt = cellIn(finest.block, finest.mask, column);
      scores.push(scoreAt(cells, term, estimates[column]!, finestAt, rankedAt));
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

/** The block of a dealer's row and its mask; 0 without a row. */
interface Head {
  readonly block: number;
  readonly mask: number;
}

function headOf({ cells, blocks, scopes }: ScoreRows, scope: number, dealer: number): Head {
  const row = scopes[scope]!.rows[dealer]!;
  const block = row < 0 ? 0 : blocks[row]!;
  return { block, mask: block === 0 ? 0 : maskAt(cells, block) };
}

/** One metric of a dealer, with its weight in the composite. */
export function scoreOf(
  rows: ScoreRows,
  dealer: number,
  term: Term,
  rankedScope: number,
  estimate: number,
): MetricScore {
  const { column } = term.of.metric;
  const finestAt = cellOf(rows, 0, dealer, column);
  const rankedAt = cellOf(rows, rankedScope, dealer, column);
  return scoreAt(rows.cells, term, estimate, finestAt, rankedAt);
}

/** From the dealer's cells at the finest and at the ranked scope; -1 for none. */
function scoreAt(
  cells: Float64Array,
  { of, weight }: Term,
  estimate: number,
  finestAt: number,
  rankedAt: number,
): MetricScore {
  const { metric, memory } = of;
  const normalised = normalise(metric.scale, estimate);
  return {
    metric: metric.name,
    estimate,
    standardError: standardErrorAt(cells, finestAt, of),
    normalised,
    weight,
    // Never -0, as `contribution`.
    contribution: weight * normalised + 0,
    mass: massAt(cells, rankedAt, of),
    effectiveSample: rankedAt < 0 ? 0 : cellEffectiveSample(cells, rankedAt, memory),
  };
}
