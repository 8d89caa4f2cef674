import { ShareBars } from './share-bars.tsx';
import { RESPONSE_BINS, sumCounts, type TrendRow } from './trend.ts';

/** How fast the dealer quotes, where it does. */
export function ResponseCard({ rows }: { readonly rows: readonly TrendRow[] }) {
  return (
    <section class="card">
      <h2>How fast it quotes</h2>
      <ShareBars
        caption="Wait for its first firm quote. In the score, no quote counts as 60 s; here it is left out."
        titles={RESPONSE_BINS}
        own={sumCounts(rows, 'response_counts')}
        all={sumCounts(rows, 'all_response_counts')}
      />
    </section>
  );
}
