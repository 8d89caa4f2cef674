import type { ScoredDealer } from '../../schemas/selection.ts';
import { METRICS, type MetricName } from '../scoring/metrics.ts';
import { columnOf } from '../scoring/model.ts';

/** What a dealer is seen against. */
export interface Evidence {
  /** [columns]: the pooled estimates. */
  readonly field: Float64Array;
  readonly sufficientCount: number;
  readonly rankedScope: string;
}

/**
 * One sentence that a trader would accept: the place, what the dealer does for us metric by metric
 * with what counts most first, and how much evidence there is.
 */
export function explainDealer(
  dealer: ScoredDealer,
  { field, sufficientCount, rankedScope }: Evidence,
): string {
  const lead = (metric: MetricName, weight: number, normalised: number): number =>
    weight * (normalised - METRICS[metric].normalise(field[columnOf(metric)]!));
  const parts = dealer.metrics
    .filter((m) => m.weight > 0)
    .map((m) => ({
      says: METRICS[m.metric as MetricName].describe(m.estimate),
      lead: lead(m.metric as MetricName, m.weight, m.normalised),
    }))
    .sort((a, b) => b.lead - a.lead);
  const place =
    dealer.rank === null
      ? `Too little evidence to rank in ${rankedScope}`
      : `Ranked ${dealer.rank} of ${sufficientCount} in ${rankedScope}`;
  const ahead = parts.filter((p) => p.lead >= 0).map((p) => p.says);
  const behind = parts.filter((p) => p.lead < 0).map((p) => p.says);
  const strengths = ahead.length === 0 ? '' : `better than the field it ${listed(ahead)}`;
  const weaknesses = behind.length === 0 ? '' : `worse than the field it ${listed(behind)}`;
  const both = [strengths, weaknesses].filter((clause) => clause !== '').join(', while ');
  const mass = dealer.metrics.find((m) => m.metric === 'fillRate')?.mass ?? 0;
  return `${place}: ${both} (evidence there worth ${Math.round(mass)} RFQs of today).`;
}

function listed(phrases: readonly string[]): string {
  return phrases.length === 1
    ? phrases[0]!
    : `${phrases.slice(0, -1).join(', ')} and ${phrases[phrases.length - 1]}`;
}
