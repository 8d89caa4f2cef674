import type { AxePart, ScoredDealer } from '../../schemas/selection.ts';
import { normalise } from '../scoring/composite.ts';
import type { MetricAsOf } from '../scoring/shrinkage.ts';

/** What a dealer is seen against. */
export interface Evidence {
  /** Every metric, and what all dealers pooled say of it. */
  readonly metrics: readonly Pick<MetricAsOf, 'metric' | 'field'>[];
  readonly sufficientCount: number;
  readonly rankedScope: string;
}

/** What an order adds to a dealer's scores. */
export interface Circumstances {
  readonly axe: AxePart | null;
  /** Whether the axe's honesty was ever observed. */
  readonly isAxeTested: boolean;
  /** Whether the dealer's place was drawn instead of earned. */
  readonly isDrawn: boolean;
}

/**
 * One sentence that a trader would accept: the place, what the dealer does for us metric by metric
 * with what counts most first, and how much evidence there is.
 */
export function explainDealer(
  dealer: ScoredDealer,
  { metrics, sufficientCount, rankedScope }: Evidence,
  circumstances: Circumstances | null = null,
): string {
  const parts: { readonly says: string; readonly lead: number }[] = [];
  for (const { metric: name, weight, normalised, estimate } of dealer.metrics) {
    if (weight === 0) continue;
    const { metric, field } = metrics.find((of) => of.metric.name === name)!;
    const lead = weight * (normalised - normalise(metric.scale, field));
    parts.push({ says: metric.describe(estimate), lead });
  }
  parts.sort((a, b) => b.lead - a.lead);
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
  const axe = circumstances === null ? '' : axeClause(circumstances);
  const drawn = circumstances?.isDrawn ? '; its place was drawn, to learn more about it' : '';
  const appetite = APPETITE_CLAUSES[dealer.appetite.state];
  return `${place}: ${both}${axe}${appetite}${drawn} (evidence there worth ${Math.round(mass)} RFQs of today).`;
}

const APPETITE_CLAUSES: Readonly<Record<ScoredDealer['appetite']['state'], string>> = {
  comingIn: '; it has been quoting us more of late',
  backingOff: '; it has been quoting us less of late',
  steady: '',
  unknown: '',
};

function axeClause({ axe, isAxeTested }: Circumstances): string {
  if (axe === null) return '';
  const price = axe.price === null ? '' : ` at ${axe.price}`;
  // An honesty that nobody observed is the field's, and says nothing of this dealer.
  const honest = isAxeTested
    ? `and honours ${Math.round(axe.honesty * 100)}% of its axes`
    : 'and none of its axes was tested yet';
  return `; it is axed for ${axe.quantity.toLocaleString('en-US')}${price}, ${honest}`;
}

function listed(phrases: readonly string[]): string {
  return phrases.length === 1
    ? phrases[0]!
    : `${phrases.slice(0, -1).join(', ')} and ${phrases[phrases.length - 1]}`;
}
