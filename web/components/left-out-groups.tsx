import type { FilteredDealer } from '../../schemas/selection.ts';
import { leftOutOf } from '../state/left-out.ts';

/** Names shown of a group; the rest unfold. */
const NAMES_SHOWN = 8;

/** Dealers that may not be asked, together by rule and reason. */
export function LeftOutGroups({ filtered }: { readonly filtered: readonly FilteredDealer[] }) {
  return (
    <ul class="rule-lines">
      {leftOutOf(filtered).map(({ rule, why, dealerIds }) => (
        <li key={`${rule} ${why}`}>
          <strong>{dealerIds.length}</strong>: {why} (
          {rule === null ? 'the dealer database' : `rule “${rule}”`})
          <Names dealerIds={dealerIds} />
        </li>
      ))}
    </ul>
  );
}

function Names({ dealerIds }: { readonly dealerIds: readonly string[] }) {
  const more = dealerIds.length - NAMES_SHOWN;
  if (more <= 0) return <p>{dealerIds.join(', ')}</p>;
  return (
    <details>
      <summary>
        {dealerIds.slice(0, NAMES_SHOWN).join(', ')} and {more} more
      </summary>
      {dealerIds.slice(NAMES_SHOWN).join(', ')}
    </details>
  );
}
