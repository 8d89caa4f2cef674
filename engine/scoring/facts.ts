import type { Micros } from '../../schemas/ids.ts';
import type { NullReason } from '../../schemas/order-analysis.ts';

/** A value, or the reason why there is none. */
export type Measured = { readonly value: number } | { readonly missing: NullReason };

/** The market at one moment, final. */
export interface MarketAt {
  /** The moment asked about. */
  readonly ts: Micros;
  /** Null: there was no mid, or it was stale. */
  readonly mid: number | null;
  /** Of the tick behind the mid, a stale one too; -1 without any. */
  readonly tsTick: Micros;
  /** The benchmark's mid; null where it is stale or was not needed. */
  readonly benchmark: number | null;
}

/** What holds for everything measured in one closed RFQ, or over the fills of one order. */
export interface RfqFacts {
  /** +1 when the client buys, -1 when it sells; null where nobody can tell. */
  readonly sign: 1 | -1 | null;
  /** Nominal asked for. */
  readonly quantity: number;
  readonly isAllOrNone: boolean;
  /** On the benchmark; 0 without one. */
  readonly beta: number;
  /** Closed before the dealers' time was up. */
  readonly isEndedEarly: boolean;
  /** Cancelled before anybody could have been dealt with. */
  readonly isCancelledUnquoted: boolean;
  /** At the first send, or the order's arrival; null while it is not final. */
  readonly marketSent: MarketAt | null;
  /** Nominal of its fills. */
  readonly filledQuantity: number;
  readonly tsFirstFill: Micros | null;
  /** Strictly before the first fill; at the close where nothing was filled; null: not final. */
  readonly marketEnd: MarketAt | null;
  /** Live last firm quotes with a price on the client's side: how many, and the best price. */
  readonly liveQuotes: number;
  readonly bestPrice: number | null;
}

/** One dealer asked. */
export interface AskFacts {
  readonly tsSent: Micros;
  /** At its ask; null while it is not final. */
  readonly market: MarketAt | null;
  /** Wait for its first firm quote in time; null without one. */
  readonly waitSeconds: number | null;
  /** Whether it passed or rejected in time. */
  readonly hasDeclined: boolean;
  readonly lastQuote: QuoteFacts | null;
  /** Nominal that it filled. */
  readonly filledQuantity: number;
  /** Its newest axe on the side that the client needs, live at the ask. */
  readonly axe: AxeFacts | null;
}

/** The last firm quote in time of one dealer. */
export interface QuoteFacts {
  readonly tsEvent: Micros;
  /** On the client's side. */
  readonly price: number | null;
  readonly quantity: number | null;
  /** Neither cancelled nor expired at the close. */
  readonly isLive: boolean;
}

export interface AxeFacts {
  readonly quantity: number;
  readonly price: number | null;
}

/** One execution and the market around it. */
export interface FillFacts {
  readonly event: { readonly price: number; readonly quantity: number };
  /** Strictly before it; null while it is not final. */
  readonly marketBefore: MarketAt | null;
  /** [HORIZON_MINUTES]: that long after it; null while not final. */
  readonly marketsAfter: readonly (MarketAt | null)[];
}

/** A quote that we accepted. */
export interface AcceptanceFacts {
  /** By the dealer: last look. */
  readonly isRejected: boolean;
}

/** A two-sided quote streamed to the world. */
export interface StreamFacts {
  readonly mid: number;
  /** Mids of the other dealers, fresh ones; the measure may reorder them. */
  readonly others: Float64Array;
}

/**
 * How a metric is measured, for each of what; null where it does not apply. `usesMarkets`: from
 * markets too, so that its value may be another one when one of them becomes final.
 */
export type Measurement =
  | {
      readonly per: 'ask';
      readonly usesMarkets: boolean;
      measure(rfq: RfqFacts, ask: AskFacts): Measured | null;
    }
  | {
      readonly per: 'quote';
      readonly usesMarkets: boolean;
      measure(rfq: RfqFacts, quote: QuoteFacts): Measured | null;
    }
  | { readonly per: 'fills'; measure(rfq: RfqFacts, fills: readonly FillFacts[]): Measured | null }
  | { readonly per: 'acceptance'; measure(acceptance: AcceptanceFacts): Measured | null }
  | { readonly per: 'stream'; measure(quote: StreamFacts): Measured | null };
