import { PRICE_DIGITS, PreTradeFigures } from '../../components/pre-trade-figures.tsx';
import { fixed, signed } from '../../format/number.ts';
import type { ShownSelection } from './ticket.ts';

/** What can be expected before anybody is asked, and what a competitive quote would be. */
export function PreTradeCard({ shown }: { readonly shown: ShownSelection }) {
  const { preTrade } = shown;
  return (
    <section class="card" aria-labelledby="order-pre-trade-title">
      <h2 id="order-pre-trade-title">Before the trade</h2>
      <Benchmark shown={shown} />
      <PreTradeFigures preTrade={preTrade} />
    </section>
  );
}

function Benchmark({ shown }: { readonly shown: ShownSelection }) {
  const { preTrade, order, dealers } = shown;
  const { benchmark, mid } = preTrade;
  if (benchmark === null) {
    const old = dealers.length === 0 ? 'nobody is asked' : 'the mid is too old';
    return (
      <p class="order-benchmark">
        <small>
          What a competitive quote is cannot be said: {mid === null ? 'there is no mid' : old}.
        </small>
      </p>
    );
  }
  return (
    <p class="order-benchmark">
      A competitive quote to {order.side}: <strong>{fixed(benchmark.price, PRICE_DIGITS)}</strong>{' '}
      or {order.side === 'buy' ? 'lower' : 'higher'}
      <small>
        {signed(benchmark.improvementBps, 2)} bps against mid; up to{' '}
        {fixed(benchmark.toleranceBps, 2)} bps worse is still as expected
      </small>
    </p>
  );
}
