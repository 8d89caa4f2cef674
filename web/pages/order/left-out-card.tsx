import type { FilteredDealer } from '../../../schemas/selection.ts';
import { LeftOutGroups } from '../../components/left-out-groups.tsx';

/** Who may not be asked, by which rule and why. */
export function LeftOutCard({ filtered }: { readonly filtered: readonly FilteredDealer[] }) {
  return (
    <section class="card" aria-labelledby="order-left-out-title">
      <h2 id="order-left-out-title">Left out: {filtered.length}</h2>
      {filtered.length === 0 && <p class="order-hint">Nobody: every dealer was considered.</p>}
      <LeftOutGroups filtered={filtered} />
    </section>
  );
}
