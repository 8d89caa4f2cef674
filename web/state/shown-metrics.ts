import type { ScoredDealer } from '../../schemas/selection.ts';
import { BASE_METRICS } from '../format/metric-view.ts';

/** The columns: the composite's metrics always, others once some dealer has evidence, in the rows' order. */
export function shownMetrics(rows: readonly Pick<ScoredDealer, 'metrics'>[]): string[] {
  const base: readonly string[] = BASE_METRICS;
  const shown = new Set(base);
  for (const { metrics } of rows) {
    for (const { metric, effectiveSample } of metrics) if (effectiveSample > 0) shown.add(metric);
  }
  return [...shown];
}
