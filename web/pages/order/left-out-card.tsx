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
            <strong>{dealerIds.slice(0, NAMES_SHOWN).join(', ')}</strong>
            {dealerIds.length > NAMES_SHOWN && (
              <details class="order-more">
                <summary>and {dealerIds.length - NAMES_SHOWN} more</summary>
                {dealerIds.slice(NAMES_SHOWN).join(', ')}
              </details>
            )}{' '}
            {why} ({rule === null ? 'the dealer database' : `rule “${rule}”`})
          </li>
        ))}
      </ul>
    </section>
  );
}
