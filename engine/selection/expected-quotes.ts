import { MAX_COLUMNS } from '../scoring/block.ts';
import type { Model } from '../scoring/model.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { estimateMany, type MetricAsOf } from '../scoring/shrinkage.ts';
import { CURVE_DEALERS_MAX, type ExpectedQuote } from './pre-trade.ts';

/** [dealers x MAX_COLUMNS] */
const estimates = new Float64Array(CURVE_DEALERS_MAX * MAX_COLUMNS);

/**
 * What the scores lead one to expect of each dealer's quote. A quote is as good as what wins usually is,
 * less the dealer's distance from the best (cover): that takes in every quote, where the prices of
 * winners alone would flatter whoever wins by being wrong.
 */
export function expectedQuotes(
  rows: ScoreRows,
  ranked: Int32Array,
  metrics: readonly MetricAsOf[],
): ExpectedQuote[] {
  const named = (name: string): MetricAsOf => metrics.find(({ metric }) => metric.name === name)!;
  const [rate, cover, drift] = [named('quoteRate'), named('coverBps'), named('requestDriftBps')];
  const best = named('priceImprovementBps').field;
  const deviationBps = Math.sqrt(cover.variance);
  const columns = rate.bit | cover.bit | drift.bit;
  const dealers = ranked.subarray(0, CURVE_DEALERS_MAX);
  estimateMany(rows, dealers, metrics, estimates, columns);
  const quotes: ExpectedQuote[] = [];
  for (let i = 0; i < dealers.length; i++) {
    const at = i * MAX_COLUMNS;
    quotes.push({
      quoteRate: Math.min(1, Math.max(0, estimates[at + rate.metric.column]!)),
      improvementBps: best - estimates[at + cover.metric.column]!,
      deviationBps,
      driftBps: estimates[at + drift.metric.column]!,
    });
  }
  return quotes;
}

/** How old a mid may be, microseconds, before it is no benchmark. */
export function staleAfterOf(staleAfterSeconds: number | undefined, model: Model): number {
  return staleAfterSeconds === undefined ? model.staleAfterMicros : staleAfterSeconds * 1e6;
}
