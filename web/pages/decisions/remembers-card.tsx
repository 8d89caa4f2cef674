import { LeftOutGroups } from '../../components/left-out-groups.tsx';
import type { RememberedDecision } from './load-decision.ts';
import { OverridesCard } from './overrides-card.tsx';
import { PlanCard } from './plan-card.tsx';
import { dealersInWords } from './record-words.ts';

interface RemembersCardProps {
  readonly decision: RememberedDecision;
  readonly why: string;
}

/** A decision that the history does not have: what the engine itself still knows. */
export function RemembersCard({ decision, why }: RemembersCardProps) {
  const { orderId, recommended, maxDealers, rules, filtered, plan, overrides } = decision;
  return (
    <div class="decision">
      <p class="trail-lag" role="status">
        ▲{' '}
        {why === ''
          ? 'The history does not have this decision yet.'
          : `The record cannot be read: ${why}.`}{' '}
        This is what the engine itself remembers; the scores and reasons are in the record.
      </p>
      <section class="card">
        <h2>Recommended for order {orderId}</h2>
        <p>{dealersInWords(recommended)}</p>
        {maxDealers !== null && (
          <p class="faint">
            At most {maxDealers.value}, says {maxDealers.rule ?? 'the order'}.
          </p>
        )}
        {rules.length > 0 && (
          <p class="faint">Rules that applied: {rules.map(({ name }) => name).join(', ')}.</p>
        )}
      </section>
      <OverridesCard overrides={overrides} />
      <PlanCard plan={plan} />
      {filtered.length > 0 && (
        <section class="card">
          <h2>Not considered</h2>
          <LeftOutGroups filtered={filtered} />
        </section>
      )}
    </div>
  );
}
