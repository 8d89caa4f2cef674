import type { EventOf } from '../../../schemas/events.ts';
import type { DealerId, Micros, Side } from '../../../schemas/ids.ts';
import { byTime, eventsOf, type Market } from './admitted.ts';
import { isFinal, type Value } from './mids.ts';
import { type Ask, firmQuotes, type NaiveRfq } from './rfqs.ts';
import { priceFor, signOf } from './sides.ts';

/** Of a dealer asked while its newest axe of the side opposite the client's was live; else undefined. */
export function axeHonesty(market: Market, rfq: NaiveRfq, ask: Ask): Value | undefined {
  const { side } = rfq;
  if (!isFinal(market, ask.tsSent)) return undefined;
  if (side === null) {
    const live = (['buy', 'sell'] as const).some((s) =>
      liveAxe(market, rfq, ask.dealerId, s, ask.tsSent),
    );
    return live ? 'noSide' : undefined;
  }
  const axe = liveAxe(market, rfq, ask.dealerId, side === 'buy' ? 'sell' : 'buy', ask.tsSent);
  if (axe === undefined) return undefined;
  const quote = firmQuotes(rfq, ask.dealerId).at(-1);
  if (quote === undefined) return 0;
  if (axe.price !== undefined) {
    const price = priceFor(quote, side);
    if (price === undefined) return 'noSide';
    if (signOf(side) * (price - axe.price) > 0) return 0;
  }
  if (quote.quantity === undefined) return 'noSize';
  return quote.quantity >= Math.min(rfq.quantity, axe.quantity) ? 1 : 0;
}

/** The newest axe up to a time, if it has not expired by then: an older one is superseded. */
function liveAxe(
  market: Market,
  rfq: NaiveRfq,
  dealerId: DealerId,
  dealerSide: Side,
  ts: Micros,
): EventOf<'axe'> | undefined {
  const newest = eventsOf(market.log, 'axe')
    .filter(({ event }) => event.dealerId === dealerId && event.dealerSide === dealerSide)
    .filter(({ event }) => event.instrumentId === rfq.event.instrumentId && event.tsEvent <= ts)
    .sort(byTime)
    .at(-1)?.event;
  return newest !== undefined && ts < newest.tsExpires ? newest : undefined;
}
