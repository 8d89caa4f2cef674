import { hasLines, RuleLines } from '../../components/rule-lines.tsx';
import type { ShownSelection } from './ticket.ts';

/** Which rules hold for the order, and which nearly do. */
export function RulesCard({ shown }: { readonly shown: ShownSelection }) {
  return (
    <section class="card" aria-labelledby="order-rules-title">
      <h2 id="order-rules-title">Rules</h2>
      {hasLines(shown.rules) ? (
        <RuleLines trace={shown.rules} />
      ) : (
        <p class="order-hint">No rule holds for this order: the desk's own defaults do.</p>
      )}
    </section>
  );
}
