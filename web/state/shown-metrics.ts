import type { ScoredDealer } from '../../schemas/selection.ts';
import { BASE_METRICS } from '../format/metric-view.ts';

/** The columns: the composite's metrics, and the one that dealers are ranked by. */
export function shownMetrics(rankedBy: string | null): string[] {
  return [...new Set<string>([...BASE_METRICS, ...(rankedBy === null ? [] : [rankedBy])])];
}

/** What dealers can be ranked by: the composite's metrics, and whatever some dealer has evidence of. */
export function knownMetrics(rows: readonly Pick<ScoredDealer, 'metrics'>[]): string[] {
  const known = new Set<string>(BASE_METRICS);
  for (const { metrics } of rows) {
    for (const { metric, effectiveSample } of metrics) if (effectiveSample > 0) known.add(metric);
  }
  return [...known];
}
