import type { ShownSelection } from './ticket.ts';

/** Which rules hold for the order, and which nearly do. */
export function RulesCard({ shown }: { readonly shown: ShownSelection }) {
  const { matched, nearly, undecided } = shown.rules;
  const isNone = matched.length + nearly.length + undecided.length === 0;
  return (
    <section class="card" aria-labelledby="order-rules-title">
      <h2 id="order-rules-title">Rules</h2>
      {isNone && (
        <p class="order-hint">No rule holds for this order: the desk's own defaults do.</p>
      )}
      <ul class="order-rules">
        {matched.map(({ name, sets }) => (
          <li key={name}>
            <strong>✓ {name}</strong> matches and{' '}
            {sets.length === 0 ? 'sets nothing: others came first' : `sets ${sets.join(', ')}`}
          </li>
        ))}
        {nearly.map(({ name, missed }) => (
          <li key={name}>
            <strong>≈ {name}</strong> nearly matches: {missed}
          </li>
        ))}
        {undecided.map(({ name, why }) => (
          <li key={name}>
            <strong>? {name}</strong> cannot be told: {why}
          </li>
        ))}
      </ul>
    </section>
  );
}
