import type { Plan } from '../../../schemas/selection.ts';
import { fixed } from '../../format/number.ts';
import type { ShownSelection } from './ticket.ts';
import { useTicket } from './ticket-context.ts';

const KINDS: Readonly<Record<Plan['kind'], string>> = {
  parallel: 'All at once',
  staggered: 'One after the other; all stay asked',
  sequential: 'One after the other until one deals',
};

/** How the dealers are asked, how many, and why. */
export function PlanCard({ shown }: { readonly shown: ShownSelection }) {
  const { plan, exploration } = shown;
  const { called, override } = useTicket();
  const { kind, delaySeconds, timeoutSeconds, isTwoSided } = override.value?.plan ?? plan;
  const last = kind === 'parallel' ? 0 : Math.max(0, called.value.length - 1) * delaySeconds;
  return (
    <section class="card" aria-labelledby="order-plan-title">
      <h2 id="order-plan-title">Plan</h2>
      <dl class="order-facts">
        <dt>How</dt>
        <dd>
          {KINDS[kind]} ({kind})
        </dd>
        <dt>Sides</dt>
        <dd>{isTwoSided ? 'Two-sided: bid and offer, the side is not shown' : 'One-sided'}</dd>
        <dt>Timing</dt>
        <dd>
          {kind !== 'parallel' && `${delaySeconds} s apart, `}
          {timeoutSeconds} s to answer; the last answer is due after {last + timeoutSeconds} s
        </dd>
        <dt>How many</dt>
        <dd>{whyAsMany(shown)}</dd>
        {exploration !== null && (
          <>
            <dt>Drawn</dt>
            <dd>
              {exploration.isDrawn
                ? `The last place was drawn: ${exploration.dealerId ?? 'nobody was left'}`
                : `No place of this order; the rules draw one in ${fixed(100 * exploration.share, 1)} % of orders`}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function whyAsMany({ dealers, order, maxDealers, rules, preTrade }: ShownSelection): string {
  const rule = rules.matched.find(({ sets }) => sets.includes('call'));
  const asked = order.count === undefined ? 'by default' : 'as the ticket asks';
  const why = rule === undefined ? asked : `by rule “${rule.name}”`;
  const limit =
    maxDealers === null
      ? ''
      : `; at most ${maxDealers.value} (${maxDealers.rule === null ? 'the order' : `rule “${maxDealers.rule}”`})`;
  return `${dealers.length} recommended, ${why}${limit}; ${preTrade.recommended} worth asking by gain against leakage`;
}
