import type { DealerId, Micros, RfqId, Side } from '../../../schemas/ids.ts';
import { eventsOf, type Market } from './admitted.ts';
import type { NaiveRfq } from './rfqs.ts';
import { scopesOf, termsAt } from './terms.ts';
import { partsInTime } from './trades.ts';

/** Newest time by `<scope> <dealer>`. */
export type NewestTimes = Map<string, Micros>;

/** Firm quotes of the log; one before its RFQ counts when it comes, and again with the RFQ. */
export function naiveNewestQuotes(market: Market, rfqs: readonly NaiveRfq[]): NewestTimes {
  const times: NewestTimes = new Map();
  const seen = new Set<string>();
  for (const { event, index } of eventsOf(market.log, 'quote')) {
    if (event.quoteKind !== 'firm' || seen.has(event.id)) continue;
    seen.add(event.id);
    const { dealerId, tsEvent } = event;
    const request = openingOf(market, event.rfqId);
    const own = termsAt(market, event.instrumentId, index);
    const isInBook = request !== undefined && request.index < index;
    if (!isInBook) raise(times, scopesOf(market, own, tsEvent), dealerId, tsEvent);
    const isTaken = request !== undefined && (isInBook || tsEvent >= request.watermark);
    const rfq = isTaken ? rfqs.find((each) => each.event.rfqId === event.rfqId) : undefined;
    if (rfq !== undefined) raise(times, scopesOfRfq(market, rfq, tsEvent), dealerId, tsEvent);
  }
  return times;
}

/** Asks that came when their RFQ said, and planned ones that came before it was over. */
export function naiveNewestAsks(market: Market, rfqs: readonly NaiveRfq[]): NewestTimes {
  const times: NewestTimes = new Map();
  for (const rfq of rfqs) {
    const requests = eventsOf(market.log, 'rfq').filter((r) => r.event.rfqId === rfq.event.rfqId);
    const mentioned = new Set<DealerId>();
    for (const { event, watermark } of partsInTime(requests, rfq.tsClosed)) {
      for (const { dealerId, tsSent } of event.asks) {
        if (tsSent < watermark || mentioned.has(dealerId)) continue;
        mentioned.add(dealerId);
        const isReached = tsSent < market.watermark && tsSent <= rfq.tsClosed;
        if (tsSent > event.tsEvent && !isReached) continue;
        raise(times, scopesOfRfq(market, rfq, tsSent), dealerId, tsSent);
      }
    }
  }
  return times;
}

/** Which RFQ, if any, was in the log. */
function openingOf(market: Market, rfqId: RfqId | undefined) {
  return eventsOf(market.log, 'rfq').find(({ event }) => event.rfqId === rfqId);
}

function scopesOfRfq(market: Market, { terms, event }: NaiveRfq, at: Micros): string[] {
  const side: Side | null = event.side === 'two_sided' ? null : event.side;
  return scopesOf(market, terms, at, side, event.quantity);
}

function raise(times: NewestTimes, scopes: readonly string[], dealerId: DealerId, t: Micros): void {
  for (const scope of scopes) {
    const key = `${scope} ${dealerId}`;
    times.set(key, Math.max(times.get(key) ?? 0, t));
  }
}
