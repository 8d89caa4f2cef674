import type { ComponentChildren } from 'preact';
import { fixed, NO_NUMBER, signed } from '../../format/number.ts';
import { momentText } from './moment-text.ts';
import type { ShownSelection } from './ticket.ts';

const PRICE_DIGITS = 4;

/** What can be expected before anybody is asked, and what a competitive quote would be. */
export function PreTradeCard({ shown }: { readonly shown: ShownSelection }) {
  const { preTrade } = shown;
  const { tsMid } = preTrade;
  return (
    <section class="card" aria-labelledby="order-pre-trade-title">
      <h2 id="order-pre-trade-title">Before the trade</h2>
      <Benchmark shown={shown} />
      <dl class="order-figures">
        <Figure name="Mid" value={fixed(preTrade.mid, PRICE_DIGITS)} unit="" />
        <Figure name="Spread" value={fixed(preTrade.spreadBps, 2)} unit="bps" />
        <Figure name="Cost of half of it" value={fixed(preTrade.spreadCostBps, 2)} unit="bps" />
        <Figure name="Impact" value={fixed(preTrade.impactBps, 2)} unit="bps" />
        <Figure name="Volatility of a day" value={fixed(preTrade.volatilityBps, 1)} unit="bps" />
        <Figure name="Uncertainty" value={fixed(preTrade.uncertaintyBps, 1)} unit="bps" />
        <Figure name="Share of a day's volume" value={percent(preTrade.advShare)} unit="%" />
        <Figure name="Since the last trade" value={fixed(preTrade.daysSinceTrade, 2)} unit="days" />
      </dl>
      <p class="order-hint">
        {tsMid === null ? 'There is no mid: nothing has ticked.' : `Mid of ${momentText(tsMid)}.`}
      </p>
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

interface FigureProps {
  readonly name: ComponentChildren;
  readonly value: string;
  readonly unit: string;
}

function Figure({ name, value, unit }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value} <span class="order-unit">{value === NO_NUMBER ? '' : unit}</span>
      </dd>
    </div>
  );
}

function percent(share: number | null): string {
  return share === null ? NO_NUMBER : fixed(100 * share, 1);
}
