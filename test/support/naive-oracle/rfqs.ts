import type { EventOf, QuoteEvent, RfqClosedEvent, RfqEvent } from '../../../schemas/events.ts';
import type { DealerId, Micros, RfqId, Side } from '../../../schemas/ids.ts';
import { type Admitted, byTime, eventsOf, type Market } from './admitted.ts';
import { orderOf } from './orders.ts';
import { termsAt } from './terms.ts';
import { type Fill, partsInTime, standingFills, type Trade } from './trades.ts';

export interface Ask {
  readonly dealerId: DealerId;
  readonly tsSent: Micros;
}

/** An RFQ as its first event and all its parts have made it. */
export interface NaiveRfq extends Trade {
  /** The first one. */
  readonly event: RfqEvent;
  /** One for each dealer whose send time is not after the close. */
  readonly asked: readonly Ask[];
  readonly reason: RfqClosedEvent['reason'];
  /** Whether we ended it before its deadline. */
  readonly endedEarly: boolean;
  /** Firm quotes, passes and rejects in time, in the order of event time. */
  readonly answers: readonly Admitted<QuoteEvent>[];
  readonly cancels: readonly Admitted<EventOf<'quoteCancel'>>[];
  readonly accepts: readonly Admitted<EventOf<'quoteAccept'>>[];
  readonly rejects: readonly Admitted<EventOf<'quoteAcceptReject'>>[];
}

export function naiveRfqs(market: Market): NaiveRfq[] {
  const ids = new Set(eventsOf(market.log, 'rfq').map(({ event }) => event.rfqId));
  return [...ids].map((rfqId) => viewOf(market, rfqId));
}

function viewOf(market: Market, rfqId: RfqId): NaiveRfq {
  const requests = ofRfq(eventsOf(market.log, 'rfq'), rfqId);
  const { event, index } = requests[0]!;
  const close = closeOf(market, event);
  const { tsClosed } = close;
  const mentions = partsInTime(requests, tsClosed).flatMap((request) =>
    request.event.asks.filter(({ tsSent }) => tsSent >= request.watermark),
  );
  const asks = mentions.filter(
    (ask, i) => mentions.findIndex(({ dealerId }) => dealerId === ask.dealerId) === i,
  );
  const part = <K extends 'quote' | 'quoteCancel' | 'quoteAccept' | 'quoteAcceptReject'>(kind: K) =>
    partsInTime(ofRfq(eventsOf(market.log, kind), rfqId), tsClosed);
  const fills = standingFills(market, ofRfq(eventsOf(market.log, 'fill'), rfqId), tsClosed);
  return {
    ...close,
    event,
    terms: termsAt(market, event.instrumentId, index),
    side: sideOf(market, event, fills),
    quantity: event.quantity,
    weight: 1 / (event.lines ?? 1),
    // Of an RFQ whose asks were all late there is no mid, as there is none at the beginning of time.
    tsSent: asks.length === 0 ? -Infinity : Math.min(...asks.map(({ tsSent }) => tsSent)),
    asked: asks.filter(({ tsSent }) => tsSent <= tsClosed),
    endedEarly: tsClosed < event.tsDeadline,
    answers: part('quote')
      .filter((quote) => quote.event.quoteKind !== 'indicative')
      .filter((quote) => quote.event.tsEvent <= Math.min(tsClosed, event.tsDeadline))
      .sort(byTime),
    cancels: part('quoteCancel'),
    accepts: part('quoteAccept'),
    rejects: part('quoteAcceptReject'),
    fills,
  };
}

function ofRfq<E extends Admitted & { event: { rfqId?: RfqId } }>(
  parts: readonly E[],
  rfqId: RfqId,
): E[] {
  return parts.filter(({ event }) => event.rfqId === rfqId);
}

/** By its first close if W had not passed its end, else at its end, as expired. */
function closeOf(market: Market, { rfqId, tsDeadline, tsEvent }: RfqEvent) {
  const end = Math.min(tsDeadline, tsEvent + market.model.orderTimeoutMicros);
  const closed = ofRfq(eventsOf(market.log, 'rfqClosed'), rfqId).find(
    ({ watermark }) => watermark <= end,
  );
  if (closed !== undefined) {
    return { tsClosed: closed.event.tsEvent, reason: closed.event.reason, isClosed: true };
  }
  return { tsClosed: end, reason: 'expired' as const, isClosed: market.watermark > end };
}

/** Its own; a two-sided one's is its order's, else its first fill's. */
function sideOf(market: Market, event: RfqEvent, fills: readonly Fill[]): Side | null {
  if (event.side !== 'two_sided') return event.side;
  const order = event.orderId === undefined ? undefined : orderOf(market, event.orderId);
  return order?.event.side ?? fills[0]?.event.side ?? null;
}

/** A dealer's firm quotes in time, in the order of event time. */
export function firmQuotes(rfq: NaiveRfq, dealerId: DealerId): QuoteEvent[] {
  return rfq.answers
    .map(({ event }) => event)
    .filter((quote) => quote.dealerId === dealerId && quote.quoteKind === 'firm');
}

/** Dealers with a firm quote in time, asked or not. */
export function firmDealers(rfq: NaiveRfq): DealerId[] {
  const firm = rfq.answers.filter(({ event }) => event.quoteKind === 'firm');
  return [...new Set(firm.map(({ event }) => event.dealerId))];
}
