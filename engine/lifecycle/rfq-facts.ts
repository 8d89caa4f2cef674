import type { QuoteEvent } from '../../schemas/events.ts';
import type { Micros, Side } from '../../schemas/ids.ts';
import type { AskFacts, AxeFacts, MarketAt, QuoteFacts, RfqFacts } from '../scoring/facts.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import { signOf } from '../scoring/signs.ts';
import type { AxePair } from './axe-book.ts';
import {
  firstFillOf,
  marketSentOf,
  type Rfq,
  type RfqDealer,
  type RfqFill,
  sideOf,
} from './rfq.ts';

/** What one dealer did in a closed RFQ. */
export interface DealerFacts {
  readonly dealer: RfqDealer;
  /** Null: it was not asked before the close. */
  readonly ask: AskFacts | null;
  readonly quote: QuoteFacts | null;
}

export interface ClosedFacts {
  readonly side: Side | null;
  readonly rfq: RfqFacts;
  readonly dealers: readonly DealerFacts[];
}

/** Everything that a closed RFQ's results are measured from, as far as it is known now. */
export function factsOf(rfq: Rfq): ClosedFacts {
  const { terms } = rfq;
  const closed = rfq.closed!;
  const side = sideOf(rfq);
  const first = firstFillOf(rfq);
  const tsLast = Math.min(closed.ts, terms.tsDeadline);
  const dealers: DealerFacts[] = [];
  let bestPrice: number | null = null;
  let liveQuotes = 0;
  let filledQuantity = 0;
  let isQuoted = false;
  for (const dealer of rfq.dealers.values()) {
    const quote = quoteFactsOf(rfq, dealer, side, tsLast);
    const filled = filledBy(dealer);
    dealers.push({
      dealer,
      quote,
      ask: askFactsOf(dealer, quote, filled, side, closed.ts, tsLast),
    });
    filledQuantity += filled;
    if (quote === null) continue;
    isQuoted = true;
    if (!quote.isLive || quote.price === null) continue;
    liveQuotes++;
    bestPrice = bestPrice === null ? quote.price : better(side!, bestPrice, quote.price);
  }
  return {
    side,
    dealers,
    rfq: {
      sign: side === null ? null : signOf(side),
      quantity: terms.quantity,
      isAllOrNone: terms.isAllOrNone,
      beta: terms.instrument.beta,
      isEndedEarly: closed.ts < terms.tsDeadline,
      isCancelledUnquoted: closed.reason === 'cancelled' && !isQuoted,
      marketSent: marketSentOf(rfq),
      filledQuantity,
      tsFirstFill: first?.event.tsEvent ?? null,
      marketEnd: marketEndOf(rfq, first),
      liveQuotes,
      bestPrice,
    },
  };
}

/** The same facts with the market at the end as it is known now. */
export function withMarketEnd(facts: ClosedFacts, rfq: Rfq): ClosedFacts {
  const marketEnd = marketEndOf(rfq, firstFillOf(rfq));
  return { ...facts, rfq: { ...facts.rfq, marketEnd } };
}

function marketEndOf({ marketClosed }: Rfq, first: RfqFill | null): MarketAt | null {
  return first === null ? marketClosed : first.marketBefore;
}

function better(side: Side, a: number, b: number): number {
  return side === 'buy' ? Math.min(a, b) : Math.max(a, b);
}

function filledBy(dealer: RfqDealer): number {
  let filled = 0;
  for (const fill of dealer.fills) if (!fill.isBusted) filled += fill.event.quantity;
  return filled;
}

/** The last firm quote in time; of two at one time the later in the log. */
function quoteFactsOf(
  rfq: Rfq,
  dealer: RfqDealer,
  side: Side | null,
  tsLast: Micros,
): QuoteFacts | null {
  let last: QuoteEvent | null = null;
  for (const quote of dealer.firmQuotes) {
    if (quote.tsEvent <= tsLast && (last === null || quote.tsEvent >= last.tsEvent)) last = quote;
  }
  if (last === null) return null;
  const tsClosed = rfq.closed!.ts;
  const tsCancelled = rfq.cancels.get(last.quoteId) ?? Number.POSITIVE_INFINITY;
  const tsExpires = last.tsExpires ?? Number.POSITIVE_INFINITY;
  return {
    tsEvent: last.tsEvent,
    price: priceOn(side, last) ?? null,
    quantity: last.quantity ?? null,
    isLive: tsCancelled > tsClosed && tsExpires >= tsClosed,
  };
}

function priceOn(side: Side | null, quote: QuoteEvent): number | undefined {
  if (side === null) return undefined;
  return side === 'buy' ? quote.ask : quote.bid;
}

function askFactsOf(
  dealer: RfqDealer,
  lastQuote: QuoteFacts | null,
  filledQuantity: number,
  side: Side | null,
  tsClosed: Micros,
  tsLast: Micros,
): AskFacts | null {
  const { ask } = dealer;
  if (ask === null || ask.ts > tsClosed) return null;
  return {
    tsSent: ask.ts,
    market: ask.market as MarketAt | null,
    waitSeconds: lastQuote === null ? null : waitOf(dealer, ask.ts),
    hasDeclined: dealer.tsDeclined <= tsLast,
    lastQuote,
    filledQuantity,
    axe: liveAxe(dealer.axes, side, ask.ts),
  };
}

/** Of a dealer with a firm quote in time: its earliest is in time too. */
function waitOf(dealer: RfqDealer, tsSent: Micros): number {
  let tsFirst = Number.POSITIVE_INFINITY;
  for (const { tsEvent } of dealer.firmQuotes) if (tsEvent < tsFirst) tsFirst = tsEvent;
  return Math.max(0, tsFirst - tsSent) / MICROS_PER_SECOND;
}

/** The dealer's axe that the client could have dealt on: it sells what the client buys. */
function liveAxe(axes: AxePair | null, side: Side | null, ts: Micros): AxeFacts | null {
  if (axes === null || side === null) return null;
  const axe = side === 'buy' ? axes.sell : axes.buy;
  if (axe === null || ts >= axe.tsExpires) return null;
  return { quantity: axe.quantity, price: axe.price ?? null };
}
