import type { PreTrade } from '../../schemas/selection.ts';
import { momentText } from '../format/moment-text.ts';
import { fixed, NO_NUMBER } from '../format/number.ts';

export const PRICE_DIGITS = 4;

/** What can be expected before anybody is asked. */
export function PreTradeFigures({ preTrade }: { readonly preTrade: PreTrade }) {
  const { tsMid } = preTrade;
  return (
    <>
      <dl class="pre-trade-figures">
        <Figure name="Mid" value={fixed(preTrade.mid, PRICE_DIGITS)} unit="" />
        <Figure name="Spread" value={fixed(preTrade.spreadBps, 2)} unit="bps" />
        <Figure name="Cost of half of it" value={fixed(preTrade.spreadCostBps, 2)} unit="bps" />
        <Figure name="Impact" value={fixed(preTrade.impactBps, 2)} unit="bps" />
        <Figure name="Volatility of a day" value={fixed(preTrade.volatilityBps, 1)} unit="bps" />
        <Figure name="Uncertainty" value={fixed(preTrade.uncertaintyBps, 1)} unit="bps" />
        <Figure name="Share of a day's volume" value={percent(preTrade.advShare)} unit="%" />
        <Figure name="Since the last trade" value={fixed(preTrade.daysSinceTrade, 2)} unit="days" />
      </dl>
      <p class="faint-line">
        {tsMid === null ? 'There is no mid: nothing has ticked.' : `Mid of ${momentText(tsMid)}.`}
      </p>
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

function Figure({ name, value, unit }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value} <span class="pre-trade-unit">{value === NO_NUMBER ? '' : unit}</span>
      </dd>
    </div>
  );
}

function percent(share: number | null): string {
  return share === null ? NO_NUMBER : fixed(100 * share, 1);
}
