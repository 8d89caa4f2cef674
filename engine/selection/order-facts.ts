import type { Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { OrderFacts } from '../rules/decided.ts';
import type { MarketFacts } from '../scoring/market-mark.ts';
import { MICROS_PER_DAY } from '../scoring/model.ts';

const DAYS_PER_YEAR = 365.25;

/** What rules can see of an order. */
export function orderFactsOf(
  order: SelectRequest,
  instrument: InstrumentEvent | undefined,
  market: MarketFacts | null,
): OrderFacts {
  const { side, quantity, tsEvent } = order;
  const averageDailyVolume = instrument?.averageDailyVolume;
  return {
    order: {
      side,
      quantity,
      advShare: averageDailyVolume ? quantity / averageDailyVolume : undefined,
    },
    instrument: {
      id: order.instrumentId,
      assetClass: instrument?.assetClass,
      sector: instrument?.sector,
      issuer: instrument?.issuerId,
      currency: instrument?.currency,
      rating: instrument?.rating,
      averageDailyVolume,
      yearsToMaturity: yearsToMaturity(instrument, tsEvent),
    },
    market: market === null ? {} : marketFactsOf(market, tsEvent),
  };
}

/** Of records that have one, epoch microseconds; NaN of a date that is none. */
const maturities = new WeakMap<InstrumentEvent, Micros>();

function yearsToMaturity(
  instrument: InstrumentEvent | undefined,
  from: Micros,
): number | undefined {
  if (instrument?.maturityDate === undefined) return undefined;
  let maturity = maturities.get(instrument);
  if (maturity === undefined) {
    // A date of a form that is right may still be none, such as 2026-13-01.
    maturity = Date.parse(`${instrument.maturityDate}T00:00:00Z`) * 1000;
    maturities.set(instrument, maturity);
  }
  return Number.isNaN(maturity) ? undefined : (maturity - from) / (DAYS_PER_YEAR * MICROS_PER_DAY);
}

function marketFactsOf(market: MarketFacts, asOf: Micros): OrderFacts['market'] {
  const { volatilityPerDay } = market;
  return {
    daysSinceTick: daysSince(market.tsTick, asOf),
    daysSinceTrade: daysSinceTrade(market, asOf),
    spreadBps: spreadBps(market) ?? undefined,
    volatilityBps: volatilityPerDay === null ? undefined : volatilityPerDay * 1e4,
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
