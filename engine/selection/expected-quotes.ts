import type { Model } from '../scoring/model.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { estimateOf, type MetricAsOf } from '../scoring/shrinkage.ts';
import type { ExpectedQuote } from './pre-trade.ts';

/**
 * What the scores lead one to expect of each dealer's quote. A quote is as good as what wins usually is,
 * less the dealer's distance from the best (cover): that takes in every quote, where the prices of
 * winners alone would flatter whoever wins by being wrong.
 */
export function expectedQuotes(
  rows: ScoreRows,
  dealers: Int32Array,
  metrics: readonly MetricAsOf[],
): ExpectedQuote[] {
  const [rate, cover, drift, winning] = [
    'quoteRate',
    'coverBps',
    'requestDriftBps',
    'priceImprovementBps',
  ].map((name) => metrics.find(({ metric }) => metric.name === name)!);
  const deviationBps = Math.sqrt(cover!.variance);
  return Array.from(dealers, (dealer) => ({
    quoteRate: Math.min(1, Math.max(0, estimateOf(rows, dealer, rate!))),
    improvementBps: winning!.field - estimateOf(rows, dealer, cover!),
    deviationBps,
    driftBps: estimateOf(rows, dealer, drift!),
  }));
}

/** How old a mid may be, microseconds, before it is no benchmark. */
export function staleAfterOf(staleAfterSeconds: number | undefined, model: Model): number {
  return staleAfterSeconds === undefined ? model.staleAfterMicros : staleAfterSeconds * 1e6;
}
