import type { FillEvent, OrderClosedEvent, OrderEvent } from '../../schemas/events.ts';
import type { Micros, OrderId } from '../../schemas/ids.ts';
import type { MarketAt } from '../scoring/facts.ts';
import type { BookContext } from './book-context.ts';
import type { FillBook } from './fill-book.ts';
import { bindInstrument, takeMarket } from './market.ts';
import { newOrder, type Order } from './order.ts';
import { analyseOrder } from './order-record.ts';
import { reviseRfq } from './results.ts';
import { newRfq, type Rfq } from './rfq.ts';
import { closeRfq } from './rfq-life.ts';
import { isSameContent } from './seen.ts';
import { Waiting, type WaitingPart } from './waiting.ts';

type OrderPart = FillEvent | OrderClosedEvent;

/** An `OrderBook`, as a snapshot has it. */
export interface OrderSnapshot {
  readonly orders: Map<OrderId, Order>;
  readonly waiting: Map<string, WaitingPart<OrderPart>[]>;
}

/**
 * The orders of one partition, each until W has passed its close by a day, and their own fills: those
 * that name no RFQ. What an order and its RFQs have in common is linked here, whichever comes first.
 */
export class OrderBook {
  #orders = new Map<OrderId, Order>();
  readonly #waiting = new Waiting<OrderPart>();
  readonly #fills: FillBook;
  readonly #context: BookContext;

  constructor(fills: FillBook, context: BookContext) {
    this.#fills = fills;
    this.#context = context;
  }

  snapshot(): OrderSnapshot {
    return { orders: this.#orders, waiting: this.#waiting.snapshot() };
  }

  restore({ orders, waiting }: OrderSnapshot): void {
    this.#orders = orders;
    this.#waiting.restore(waiting);
  }

  order(event: OrderEvent): void {
    const order = this.#named(event.orderId, event.tsEvent);
    if (order.event !== null) {
      if (!isSameContent(order.event, event)) this.#context.counters.add('conflict');
      return;
    }
    this.#open(order, event);
    for (const rfq of order.waitingRfqs.splice(0)) this.link(rfq, order);
    for (const part of this.#waiting.take(event.orderId)) this.#take(order, part.event);
  }

  orderClosed(event: OrderClosedEvent): void {
    this.#part(event, event.orderId);
  }

  /** A fill that names an order and no RFQ. */
  fill(event: FillEvent): void {
    this.#part(event, event.orderId!);
  }

  /** The order of that id, or a place where it will be, which waits for it for a day. */
  named(orderId: OrderId | undefined, ts: Micros): Order | null {
    return orderId === undefined ? null : this.#named(orderId, ts);
  }

  /** Tells an RFQ its order's side, now or when the order comes; a settled one keeps what it had. */
  link(rfq: Rfq, order: Order): void {
    rfq.order = order;
    if (order.event === null) order.waitingRfqs.push(rfq);
    else if (!rfq.isSettled) {
      rfq.orderSide = order.event.side;
      reviseRfq(rfq, this.#context);
    }
  }

  arrived(order: Order): void {
    const { own } = order;
    own!.sent!.market = this.#market(order, order.event!.tsEvent);
    reviseRfq(own!, this.#context);
    analyseOrder(order, this.#context);
  }

  timeOut(order: Order, at: Micros): void {
    if (order.tsClosed === null) this.#close(order, at);
  }

  closeMeasured(order: Order): void {
    order.marketClosed = this.#market(order, order.tsClosed!);
    analyseOrder(order, this.#context);
  }

  /** Forgets an order whose own fills nothing can change any more. */
  forget(order: Order): void {
    this.#orders.delete(order.orderId);
  }

  /** Forgets an order that was named and never came. */
  giveUp(order: Order): void {
    if (order.event === null) this.#orders.delete(order.orderId);
  }

  dropParts(orderId: string, tsLast: Micros): void {
    this.#context.counters.add('orphan', this.#waiting.drop(orderId, tsLast));
  }

  #named(orderId: OrderId, ts: Micros): Order {
    let order = this.#orders.get(orderId);
    if (order === undefined) {
      order = newOrder(orderId);
      this.#orders.set(orderId, order);
      const { dues, model } = this.#context;
      dues.schedule(ts + model.orderTimeoutMicros, { what: 'orderForget', order });
    }
    return order;
  }

  #open(order: Order, event: OrderEvent): void {
    const { instrumentId, tsEvent, side, quantity } = event;
    const { dues, model, reference } = this.#context;
    const record = reference.instrument(instrumentId);
    const instrument = bindInstrument(instrumentId, record, model);
    const never = Number.POSITIVE_INFINITY;
    const terms = { instrument, side, quantity, weight: 1, isAllOrNone: false };
    order.event = event;
    order.own = newRfq(null, { ...terms, tsDeadline: never, tsEnd: never });
    order.own.order = order;
    order.own.sent = { ts: tsEvent, market: null, dealers: [], isPlanned: false };
    dues.schedule(tsEvent, { what: 'orderArrived', order });
    dues.schedule(tsEvent + model.orderTimeoutMicros, { what: 'orderTimeout', order });
  }

  #part(event: OrderPart, orderId: OrderId): void {
    const order = this.#orders.get(orderId);
    if (order !== undefined && order.event !== null) {
      this.#take(order, event);
      return;
    }
    this.#waiting.add(orderId, event, this.#context.watermark);
    this.#context.dues.schedule(event.tsEvent, { what: 'orderParts', key: orderId });
  }

  #take(order: Order, event: OrderPart): void {
    const { counters } = this.#context;
    if (event.kind === 'fill') {
      if (order.own!.isSettled) counters.add('settled');
      else this.#fills.add(order.own!, event, order);
    } else if (order.tsClosed === null) {
      order.closedBy = event;
      this.#close(order, event.tsEvent);
    } else if (order.closedBy !== null && !isSameContent(order.closedBy, event)) {
      counters.add('conflict');
    }
  }

  #close(order: Order, ts: Micros): void {
    order.tsClosed = ts;
    this.#context.dues.schedule(ts, { what: 'orderClosed', order });
    closeRfq(order.own!, ts, 'traded', this.#context);
  }

  #market(order: Order, ts: Micros): MarketAt {
    const { instrument } = order.own!.terms;
    const needsBenchmark = instrument.beta !== 0;
    return takeMarket(this.#context.mids, instrument, { ts, isBefore: false, needsBenchmark });
  }
}
