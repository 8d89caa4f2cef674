import { MICROS_PER_SECOND } from '../../../engine/scoring/model.ts';
import type { QuoteEvent } from '../../../schemas/events.ts';
import type { DealerId } from '../../../schemas/ids.ts';
import type { Market } from './admitted.ts';
import { axeHonesty } from './axes.ts';
import {
  adjustedMove,
  at,
  before,
  bpsOf,
  isFinal,
  isFinalWithBenchmark,
  midOf,
  type Value,
} from './mids.ts';
import { type NaiveResult, resultOf } from './results.ts';
import { type Ask, firmDealers, firmQuotes, type NaiveRfq } from './rfqs.ts';
import { priceFor, signOf } from './sides.ts';

/** Everything of section 3 about an RFQ but what is about its fills. */
export function rfqResults(market: Market, rfq: NaiveRfq): NaiveResult[] {
  if (!rfq.isClosed) return [];
  return [
    ...rfq.asked.flatMap((ask) => askResults(market, rfq, ask)),
    ...firmDealers(rfq).flatMap((dealerId) => quoteResults(market, rfq, dealerId)),
    ...rfq.accepts.flatMap(({ event }) =>
      resultOf(market, rfq, {
        dealerId: event.dealerId,
        metric: 'fadeRate',
        tsMeasured: event.tsEvent,
        value: rfq.rejects.some((reject) => reject.event.quoteId === event.quoteId) ? 1 : 0,
      }),
    ),
  ];
}

function askResults(market: Market, rfq: NaiveRfq, ask: Ask): NaiveResult[] {
  const values: Record<string, Value | undefined> = {
    fillRate: fillRate(rfq, ask),
    quoteRate: quoteRate(rfq, ask),
    winWhenQuoted: winWhenQuoted(rfq, ask),
    responseSeconds: responseSeconds(rfq, ask),
    requestDriftBps: requestDrift(market, rfq, ask),
    axeHonesty: axeHonesty(market, rfq, ask),
  };
  return Object.entries(values).flatMap(([metric, value]) =>
    value === undefined
      ? []
      : resultOf(market, rfq, { dealerId: ask.dealerId, metric, tsMeasured: ask.tsSent, value }),
  );
}

function fillRate(rfq: NaiveRfq, { dealerId }: Ask): Value | undefined {
  if (rfq.reason === 'cancelled' && firmDealers(rfq).length === 0) return undefined;
  return rfq.fills.some(({ event }) => event.dealerId === dealerId) ? 1 : 0;
}

function isSilent(rfq: NaiveRfq, dealerId: DealerId): boolean {
  return !rfq.answers.some(({ event }) => event.dealerId === dealerId);
}

function quoteRate(rfq: NaiveRfq, { dealerId }: Ask): Value {
  if (firmQuotes(rfq, dealerId).length > 0) return 1;
  return isSilent(rfq, dealerId) && rfq.endedEarly ? 'endedEarly' : 0;
}

function winWhenQuoted(rfq: NaiveRfq, { dealerId }: Ask): Value | undefined {
  if (rfq.event.allOrNone === true || rfq.fills.length === 0) return undefined;
  if (firmQuotes(rfq, dealerId).length === 0) return undefined;
  const sizeOf = (fills: NaiveRfq['fills']) =>
    fills.reduce((sum, { event }) => sum + event.quantity, 0);
  return sizeOf(rfq.fills.filter(({ event }) => event.dealerId === dealerId)) / sizeOf(rfq.fills);
}

const MAX_RESPONSE_SECONDS = 60;

function responseSeconds(rfq: NaiveRfq, { dealerId, tsSent }: Ask): Value {
  const first = firmQuotes(rfq, dealerId)[0];
  if (first !== undefined) {
    const seconds = (first.tsEvent - tsSent) / MICROS_PER_SECOND;
    return Math.max(0, Math.min(MAX_RESPONSE_SECONDS, seconds));
  }
  return isSilent(rfq, dealerId) && rfq.endedEarly ? 'endedEarly' : MAX_RESPONSE_SECONDS;
}

/** Only of dealers asked before the first fill. */
function requestDrift(market: Market, rfq: NaiveRfq, { tsSent }: Ask): Value | undefined {
  const firstFill = rfq.fills[0]?.event.tsEvent;
  if (firstFill !== undefined && tsSent >= firstFill) return undefined;
  const end = firstFill === undefined ? at(rfq.tsClosed) : before(firstFill);
  if (!isFinalWithBenchmark(market, rfq.terms, end.ts)) return 'notYet';
  if (rfq.side === null) return 'noSide';
  const move = adjustedMove(market, rfq.terms, at(tsSent), end, tsSent);
  return bpsOf(typeof move === 'string' ? move : signOf(rfq.side) * move);
}

function quoteResults(market: Market, rfq: NaiveRfq, dealerId: DealerId): NaiveResult[] {
  const quote = firmQuotes(rfq, dealerId).at(-1)!;
  const result = (metric: string, value: Value) =>
    resultOf(market, rfq, { dealerId, metric, tsMeasured: quote.tsEvent, value });
  return [
    ...result('sizeRatio', sizeRatio(rfq, quote)),
    ...(isLive(rfq, quote) && rfq.event.allOrNone !== true
      ? result('coverBps', cover(market, rfq, quote))
      : []),
  ];
}

function sizeRatio(rfq: NaiveRfq, quote: QuoteEvent): Value {
  return quote.quantity === undefined ? 'noSize' : Math.min(1, quote.quantity / rfq.quantity);
}

/** At the close, unless cancelled at or before it or expired before it. */
function isLive(rfq: NaiveRfq, quote: QuoteEvent): boolean {
  const isCancelled = rfq.cancels.some(
    ({ event }) => event.quoteId === quote.quoteId && event.tsEvent <= rfq.tsClosed,
  );
  return !isCancelled && (quote.tsExpires === undefined || quote.tsExpires >= rfq.tsClosed);
}

function cover(market: Market, rfq: NaiveRfq, quote: QuoteEvent): Value {
  if (!isFinal(market, rfq.tsSent)) return 'notYet';
  const { side } = rfq;
  if (side === null) return 'noSide';
  const price = priceFor(quote, side);
  if (price === undefined) return 'noSide';
  const prices = firmDealers(rfq)
    .map((dealerId) => firmQuotes(rfq, dealerId).at(-1)!)
    .filter((other) => isLive(rfq, other))
    .flatMap((other) => priceFor(other, side) ?? []);
  if (prices.length === 1) return 'lone';
  const sent = midOf(market, rfq.terms, at(rfq.tsSent));
  if (sent === 'stale') return 'stale';
  const best = side === 'buy' ? Math.min(...prices) : Math.max(...prices);
  return bpsOf((signOf(side) * (price - best)) / sent.mid);
}
