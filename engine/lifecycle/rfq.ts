import type { FillEvent, QuoteEvent, RfqClosedEvent } from '../../schemas/events.ts';
import type { DealerId, Micros, QuoteId, Side } from '../../schemas/ids.ts';
import type { AcceptanceFacts, FillFacts, MarketAt } from '../scoring/facts.ts';
import type { AxePair } from './axe-book.ts';
import { type BoundInstrument, noMarket } from './market.ts';
import type { Observation } from './observation.ts';
import type { Order } from './order.ts';
import type { ClosedFacts } from './rfq-facts.ts';

/** [metric column]: what stands in the sums now. */
export type Standing = (Observation | undefined)[];

/** A time at which dealers were asked, and the market then. */
export interface AskMoment {
  readonly ts: Micros;
  /** Null until it is final. */
  market: MarketAt | null;
  readonly dealers: RfqDealer[];
  /** Some of them were to be asked later than the RFQ says of itself: whether they were is yet to be seen. */
  isPlanned: boolean;
}

/** What one RFQ knows of one dealer, asked or not. */
export interface RfqDealer {
  readonly dealerId: DealerId;
  /** Null: it was not asked. */
  ask: AskMoment | null;
  /** Its newest axes when it was asked; null: none, or not final. */
  axes: AxePair | null;
  /** In log order. */
  readonly firmQuotes: QuoteEvent[];
  /** Its earliest pass or reject. */
  tsDeclined: Micros;
  /** In log order, busted ones too. */
  readonly fills: RfqFill[];
  readonly standing: Standing;
}

/** An execution and what the market did around it. */
export interface RfqFill extends FillFacts {
  readonly event: FillEvent;
  readonly rfq: Rfq;
  readonly dealer: RfqDealer;
  /** The order that it names. */
  readonly order: Order | null;
  marketBefore: MarketAt | null;
  readonly marketsAfter: (MarketAt | null)[];
  isBusted: boolean;
}

/** A quote that we accepted, of an RFQ. */
interface RfqAcceptance extends AcceptanceFacts {
  readonly dealerId: DealerId;
  readonly event: { readonly tsEvent: Micros };
  isRejected: boolean;
  readonly standing: Standing;
}

/** What an RFQ says of itself; of an order's own fills, what the order says. */
export interface RfqTerms {
  readonly instrument: BoundInstrument;
  /** Null: two-sided. */
  readonly side: Side | null;
  readonly quantity: number;
  /** How many observations each of its results counts for: 1, or 1/lines of a list. */
  readonly weight: number;
  readonly isAllOrNone: boolean;
  readonly tsDeadline: Micros;
  /** When it is over if nobody closes it. */
  readonly tsEnd: Micros;
}

/**
 * One RFQ from first send to the last bust that may come; or all the fills of one order that name
 * no RFQ, with nobody asked.
 */
export interface Rfq {
  /** The RFQ's id; null for an order's own fills. */
  readonly rfqId: string | null;
  readonly terms: RfqTerms;
  order: Order | null;
  /** Of its order, once that has come: decides for a two-sided RFQ. */
  orderSide: Side | null;
  readonly dealers: Map<DealerId, RfqDealer>;
  readonly asks: Map<Micros, AskMoment>;
  /** The first send, or the order's arrival; null where every ask was late. */
  sent: AskMoment | null;
  readonly quotes: Map<QuoteId, QuoteEvent>;
  readonly cancels: Map<QuoteId, Micros>;
  /** In log order. */
  readonly fills: RfqFill[];
  readonly acceptances: Map<QuoteId, RfqAcceptance>;
  readonly refused: Set<QuoteId>;
  closed: { readonly ts: Micros; readonly reason: RfqClosedEvent['reason'] } | null;
  /** What closed it, unless its time was up. */
  closedBy: RfqClosedEvent | null;
  /** At the close; null until it is final. */
  marketClosed: MarketAt | null;
  /** As of the last revision; null before the first, and once it is settled. */
  facts: ClosedFacts | null;
  /** Nothing but a bust changes it any more. */
  isSettled: boolean;
  isCounted: boolean;
  /** Nothing at all does. */
  isForgotten: boolean;
}

export function newRfq(rfqId: string | null, terms: RfqTerms): Rfq {
  return {
    rfqId,
    terms,
    order: null,
    orderSide: null,
    dealers: new Map(),
    asks: new Map(),
    sent: null,
    quotes: new Map(),
    cancels: new Map(),
    fills: [],
    acceptances: new Map(),
    refused: new Set(),
    closed: null,
    closedBy: null,
    marketClosed: null,
    facts: null,
    isSettled: false,
    isCounted: false,
    isForgotten: false,
  };
}

/** What the RFQ knows of a dealer, a blank page the first time. */
export function dealerOf(rfq: Rfq, dealerId: DealerId): RfqDealer {
  let dealer = rfq.dealers.get(dealerId);
  if (dealer === undefined) {
    dealer = {
      dealerId,
      ask: null,
      axes: null,
      firmQuotes: [],
      tsDeclined: Number.POSITIVE_INFINITY,
      fills: [],
      standing: [],
    };
    rfq.dealers.set(dealerId, dealer);
  }
  return dealer;
}

/** The earliest fill that was not busted; of two at one time the first in the log. */
export function firstFillOf(rfq: Rfq): RfqFill | null {
  let first: RfqFill | null = null;
  for (const fill of rfq.fills) {
    if (!fill.isBusted && (first === null || fill.event.tsEvent < first.event.tsEvent)) {
      first = fill;
    }
  }
  return first;
}

/** The market at the first send; null while it is not final. Who was asked too late was never asked. */
export function marketSentOf({ sent }: Rfq): MarketAt | null {
  return sent === null ? noMarket(0) : sent.market;
}

/** The client's side; null where nobody can tell. */
export function sideOf(rfq: Rfq): Side | null {
  return rfq.terms.side ?? rfq.orderSide ?? firstFillOf(rfq)?.event.side ?? null;
}
