import type { FilteredDealer } from '../../../schemas/selection.ts';
import { leftOutOf } from './call-list.ts';

/** Names shown of a group; the rest unfold. */
const NAMES_SHOWN = 8;

/** Who may not be asked, by which rule and why. */
export function LeftOutCard({ filtered }: { readonly filtered: readonly FilteredDealer[] }) {
  const groups = leftOutOf(filtered);
  return (
    <section class="card" aria-labelledby="order-left-out-title">
      <h2 id="order-left-out-title">Left out: {filtered.length}</h2>
      {groups.length === 0 && <p class="order-hint">Nobody: every dealer was considered.</p>}
      <ul class="order-rules">
        {groups.map(({ rule, why, dealerIds }) => (
          <li key={`${rule} ${why}`}>
            <strong>{dealerIds.length}</strong>: {why} (
            {rule === null ? 'the dealer database' : `rule “${rule}”`})
            <Names dealerIds={dealerIds} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Names({ dealerIds }: { readonly dealerIds: readonly string[] }) {
  const more = dealerIds.length - NAMES_SHOWN;
  if (more <= 0) return <p>{dealerIds.join(', ')}</p>;
  return (
    <details class="order-details">
      <summary>
        {dealerIds.slice(0, NAMES_SHOWN).join(', ')} and {more} more
      </summary>
      {dealerIds.slice(NAMES_SHOWN).join(', ')}
    </details>
  );
}
