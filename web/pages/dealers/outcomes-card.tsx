import { ShareBars } from './share-bars.tsx';
import { OUTCOMES, sumCounts, type TrendRow } from './trend.ts';

/** What became of the RFQs that the dealer was asked. */
export function OutcomesCard({ rows }: { readonly rows: readonly TrendRow[] }) {
  return (
    <section class="card">
      <h2>What became of our RFQs</h2>
      <ShareBars
        caption="RFQs that it was asked. Cover: it quoted, another traded, and no other loser was better."
        titles={OUTCOMES}
        own={sumCounts(rows, 'outcome_counts')}
        all={sumCounts(rows, 'all_outcome_counts')}
      />
    </section>
  );
}
