import type { OrderClosedEvent, OrderEvent } from '../../schemas/events.ts';
import type { Micros, OrderId } from '../../schemas/ids.ts';
import type { OrderAnalysis } from '../../schemas/order-analysis.ts';
import type { MarketAt } from '../scoring/facts.ts';
import type { Rfq, RfqFill } from './rfq.ts';

/** A client order; something may name it before it comes. */
export interface Order {
  readonly orderId: OrderId;
  /** Null until it comes. */
  event: OrderEvent | null;
  /** Its fills that name no RFQ, which knows its instrument and arrival too; null until it comes. */
  own: Rfq | null;
  /** RFQs that named it before it came. */
  readonly waitingRfqs: Rfq[];
  /** Its fills, its RFQs' ones included, in log order, busted ones too. */
  readonly fills: RfqFill[];
  tsClosed: Micros | null;
  closedBy: OrderClosedEvent | null;
  /** At the close; null until it is final. */
  marketClosed: MarketAt | null;
  /** The last record made of it. */
  analysis: OrderAnalysis | null;
}

export function newOrder(orderId: OrderId): Order {
  return {
    orderId,
    event: null,
    own: null,
    waitingRfqs: [],
    fills: [],
    tsClosed: null,
    closedBy: null,
    marketClosed: null,
    analysis: null,
  };
}
