import type { OrderEvent } from '../../../schemas/events.ts';
import type { OrderId } from '../../../schemas/ids.ts';
import { type Admitted, eventsOf, type Market } from './admitted.ts';
import { termsAt } from './terms.ts';
import { standingFills, type Trade } from './trades.ts';

/** An order, with its fills that name no RFQ. */
export interface NaiveOrder extends Trade {
  readonly event: OrderEvent;
}

export function orderOf(market: Market, orderId: OrderId): Admitted<OrderEvent> | undefined {
  return eventsOf(market.log, 'order').find(({ event }) => event.orderId === orderId);
}

export function naiveOrders(market: Market): NaiveOrder[] {
  return eventsOf(market.log, 'order').map((order) => viewOf(market, order));
}

function viewOf(market: Market, { event, index }: Admitted<OrderEvent>): NaiveOrder {
  const end = event.tsEvent + market.model.orderTimeoutMicros;
  const closed = eventsOf(market.log, 'orderClosed').find(
    (entry) => entry.event.orderId === event.orderId && entry.watermark <= end,
  );
  const tsClosed = closed?.event.tsEvent ?? end;
  const fills = eventsOf(market.log, 'fill').filter(
    (fill) => fill.event.orderId === event.orderId && fill.event.rfqId === undefined,
  );
  return {
    event,
    terms: termsAt(market, event.instrumentId, index),
    side: event.side,
    quantity: event.quantity,
    weight: 1,
    tsSent: event.tsEvent,
    tsClosed,
    isClosed: closed !== undefined || market.watermark > end,
    fills: standingFills(market, fills, tsClosed),
  };
}
