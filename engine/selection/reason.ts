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
  evidence: Evidence,
  circumstances: Circumstances | null = null,
): string {
  const { sufficientCount, rankedScope } = evidence;
  const place =
    dealer.rank === null
      ? `Too little evidence to rank in ${rankedScope}`
      : `Ranked ${dealer.rank} of ${sufficientCount} in ${rankedScope}`;
  const mass = dealer.metrics.find((m) => m.metric === 'fillRate')?.mass ?? 0;
  const axe = circumstances === null ? '' : axeClause(circumstances);
  const drawn = circumstances?.isDrawn ? '; its place was drawn, to learn more about it' : '';
  const appetite = APPETITE_CLAUSES[dealer.appetite.state];
  return `${place}: ${againstTheField(partsOf(dealer, evidence))}${axe}${appetite}${drawn} (evidence there worth ${Math.round(mass)} RFQs of today).`;
}

interface Part {
  readonly says: string;
  /** What it counts for, against the field. */
  readonly lead: number;
}

/** What weighs, the largest lead first. */
function partsOf(dealer: ScoredDealer, { metrics }: Evidence): Part[] {
  const parts: Part[] = [];
  for (const { metric: name, weight, normalised, estimate } of dealer.metrics) {
    if (weight === 0) continue;
    const { metric, field } = metrics.find((of) => of.metric.name === name)!;
    const lead = weight * (normalised - normalise(metric.scale, field));
    const part = { says: metric.describe(estimate), lead };
    let to = parts.push(part) - 1;
    for (; to > 0 && parts[to - 1]!.lead < lead; to--) parts[to] = parts[to - 1]!;
    parts[to] = part;
  }
  return parts;
}

function againstTheField(parts: readonly Part[]): string {
  let ahead = 0;
  while (ahead < parts.length && parts[ahead]!.lead >= 0) ahead++;
  const better = ahead === 0 ? '' : `better than the field it ${listed(parts, 0, ahead)}`;
  if (ahead === parts.length) return better;
  const worse = `worse than the field it ${listed(parts, ahead, parts.length)}`;
  return ahead === 0 ? worse : `${better}, while ${worse}`;
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

/** "a", "a and b", "a, b and c": what the parts of a range say. */
function listed(parts: readonly Part[], from: number, until: number): string {
  let text = parts[from]!.says;
  for (let i = from + 1; i < until; i++) {
    text += `${i === until - 1 ? ' and ' : ', '}${parts[i]!.says}`;
  }
  return text;
}
