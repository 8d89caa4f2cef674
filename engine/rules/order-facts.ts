import type { Facts, FactValue, Field } from './condition-fields.ts';
import type { OrderFacts } from './decided.ts';
import { NOT_RATED, rankOf } from './ratings.ts';

/** What turns the facts of an order into those that conditions see. */
export interface FactSettings {
  readonly illiquidAfterDays: number;
  usdPer(currency: string): number | undefined;
}

/** By slot: in the order of ORDER_FIELDS (condition-fields.ts). Its one allocation is the array. */
export function orderFacts(facts: OrderFacts, settings: FactSettings): Facts {
  const { order, instrument, market } = facts;
  const rank = instrument.rating === undefined ? undefined : rankOf(instrument.rating);
  const rate = instrument.currency === undefined ? undefined : settings.usdPer(instrument.currency);
  const values: FactValue[] = [
    order.side,
    order.quantity,
    rate === undefined ? undefined : order.quantity * rate,
    order.advShare,
    instrument.id,
    instrument.assetClass,
    instrument.sector,
    instrument.issuer,
    instrument.currency,
    rank,
    rank === undefined ? undefined : rank !== NOT_RATED,
    instrument.yearsToMaturity,
    instrument.averageDailyVolume,
    market.daysSinceTrade,
    market.daysSinceTick,
    market.spreadBps,
    market.volatilityBps,
    market.daysSinceTrade === undefined
      ? undefined
      : market.daysSinceTrade >= settings.illiquidAfterDays,
  ];
  return values;
}

/** "instrument.rating is not known", for a field that the facts lack. */
export function whyUnknown({ variable, name }: Field, { instrument }: OrderFacts): string {
  if (name === 'isRated') return 'instrument.rating is not known';
  if (name === 'illiquid') return 'market.daysSinceTrade is not known';
  if (name === 'usd') {
    const { currency } = instrument;
    return currency === undefined
      ? 'order.usd is not known, because instrument.currency is not'
      : `order.usd is not known, because currencies has no ${currency}`;
  }
  return `${variable}.${name} is not known`;
}
