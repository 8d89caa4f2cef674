import type { Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { OrderFacts } from '../rules/decided.ts';
import type { MarketFacts } from '../scoring/market-mark.ts';
import { MICROS_PER_DAY } from '../scoring/model.ts';

const DAYS_PER_YEAR = 365.25;

/** What rules can see of an order. What is not known is left out. */
export function orderFactsOf(
  order: SelectRequest,
  instrument: InstrumentEvent | undefined,
  market: MarketFacts | null,
): OrderFacts {
  const { side, quantity, tsEvent } = order;
  const averageDailyVolume = instrument?.averageDailyVolume;
  const advShare = averageDailyVolume ? { advShare: quantity / averageDailyVolume } : {};
  return {
    order: { side, quantity, ...advShare },
    instrument: {
      id: order.instrumentId,
      ...known('assetClass', instrument?.assetClass),
      ...known('sector', instrument?.sector),
      ...known('issuer', instrument?.issuerId),
      ...known('currency', instrument?.currency),
      ...known('rating', instrument?.rating),
      ...known('averageDailyVolume', averageDailyVolume),
      ...known('yearsToMaturity', yearsBetween(tsEvent, instrument?.maturityDate)),
    },
    market: market === null ? {} : marketFactsOf(market, tsEvent),
  };
}

function known<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}

function yearsBetween(from: Micros, date: string | undefined): number | undefined {
  if (date === undefined) return undefined;
  // A date of a form that is right may still be none, such as 2026-13-01.
  const maturity = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(maturity)
    ? undefined
    : (maturity * 1000 - from) / (DAYS_PER_YEAR * MICROS_PER_DAY);
}

function marketFactsOf(market: MarketFacts, asOf: Micros): OrderFacts['market'] {
  return {
    daysSinceTick: daysSince(market.tsTick, asOf),
    daysSinceTrade: daysSinceTrade(market, asOf),
    ...known('spreadBps', spreadBps(market) ?? undefined),
    ...known(
      'volatilityBps',
      market.volatilityPerDay === null ? undefined : market.volatilityPerDay * 1e4,
    ),
  };
}

/** Where no trade was ever seen: since the first tick, which is the least that it can be. */
export function daysSinceTrade({ tsTrade, tsFirstTick }: MarketFacts, asOf: Micros): number {
  return daysSince(tsTrade ?? tsFirstTick, asOf);
}

/** Bid to ask over their middle; null without both. */
export function spreadBps({ bid, ask }: MarketFacts): number | null {
  return bid === null || ask === null ? null : ((ask - bid) / ((ask + bid) / 2)) * 1e4;
}

function daysSince(ts: Micros, asOf: Micros): number {
  return Math.max(0, asOf - ts) / MICROS_PER_DAY;
}
