import type { PreTrade } from '../../../schemas/selection.ts';
import { CurveTable } from '../../components/curve-table.tsx';
import { PreTradeFigures } from '../../components/pre-trade-figures.tsx';
import { fixed, signed } from '../../format/number.ts';
import { Wide } from './wide.tsx';

/** What could be expected before anybody was asked. */
export function PreTradeCard({ preTrade }: { readonly preTrade: PreTrade }) {
  const { curve, recommended, benchmark } = preTrade;
  return (
    <section class="card">
      <h2>Before the trade</h2>
      <PreTradeFigures preTrade={preTrade} />
      {benchmark !== null && (
        <p>
          A competitive quote was {fixed(benchmark.price, 4)} ({signed(benchmark.improvementBps, 2)}{' '}
          bps against mid), within {fixed(benchmark.toleranceBps, 2)} bps.
        </p>
      )}
      {curve.length > 0 && (
        <details>
          <summary>
            Worth asking: {recommended}. Gain and leakage, one more dealer at a time
          </summary>
          <Wide label="Gain and leakage by dealers asked">
            <CurveTable curve={curve} recommended={recommended} />
          </Wide>
        </details>
      )}
    </section>
  );
}
