import type {
  FillBustEvent,
  FillEvent,
  OrderClosedEvent,
  OrderEvent,
  QuoteEvent,
  RfqClosedEvent,
  RfqEvent,
} from '../../schemas/events.ts';
import type { FillId, InstrumentId, Micros, OrderId } from '../../schemas/ids.ts';
import type { BookContext } from './book-context.ts';
import type { DueTask } from './due-queue.ts';
import { buyerReversion, hasBenchmark, midAt, midsBefore, NO_MIDS_BEFORE } from './mark-outs.ts';
import type { Measured } from './observation.ts';
import { countNulls, reviseObservations } from './revision.ts';
import { newRfq, type Rfq } from './rfq.ts';

interface Order {
  readonly event: OrderEvent;
  /** M(arrival), once it is final. */
  midArrived?: Measured;
  tsClosed: Micros | null;
}

type OrderTask = Extract<DueTask, { readonly orderId: string }>;

/**
 * The RFQs and orders of one partition that can still change a score. A part may come before its
 * whole, and any of them twice. Results go out as soon as an RFQ is closed, and when a later part
 * changes one, the old one is withdrawn and the new one added. An RFQ leaves the book once its last
 * mark-out is done, one with fills a day after its close, since a fill can be busted until then. A
 * repeat after that is older than the watermark and is refused as late.
 */
export class RfqBook {
  readonly #rfqs = new Map<string, Rfq>();
  readonly #orders = new Map<OrderId, Order>();
  /** Closes that came before their orders. */
  readonly #earlyCloses = new Map<OrderId, Micros>();
  readonly #context: BookContext;

  constructor(context: BookContext) {
    this.#context = context;
  }

  get openCount(): number {
    return this.#rfqs.size;
  }

  /** Whether a task reads a benchmark's mid. */
  needsBenchmark(task: DueTask): boolean {
    if (task.what !== 'midFill' && task.what !== 'markout') return false;
    const rfq = this.#rfqs.get(task.rfqKey);
    const entry = rfq?.fills.get(task.fillId as FillId);
    if (rfq === undefined || entry === undefined) return false;
    if (task.what === 'markout') return entry.midBefore?.benchmark != null;
    return hasBenchmark(this.#context.reference.instrument(rfq.instrumentId));
  }

  order(event: OrderEvent, watermark: Micros): void {
    if (this.#orders.has(event.orderId)) return;
    if (this.#isLate(event.tsEvent, watermark)) return;
    const { dues, model } = this.#context;
    const { orderId, tsEvent } = event;
    const order: Order = { event, tsClosed: null };
    this.#orders.set(orderId, order);
    dues.schedule(tsEvent, { what: 'orderMid', orderId });
    dues.schedule(tsEvent + model.orderTimeoutMicros, { what: 'orderTimeout', orderId });
    const group = this.#rfqs.get(orderKey(orderId));
    if (group !== undefined) this.#joinOrder(group);
    const tsClosed = this.#earlyCloses.get(orderId);
    if (tsClosed === undefined) return;
    this.#earlyCloses.delete(orderId);
    this.#closeOrder(order, tsClosed);
  }

  orderClosed(event: OrderClosedEvent, watermark: Micros): void {
    const { orderId, tsEvent } = event;
    const order = this.#orders.get(orderId);
    if (order !== undefined) this.#closeOrder(order, tsEvent);
    else if (!this.#isLate(tsEvent, watermark) && !this.#earlyCloses.has(orderId)) {
      this.#earlyCloses.set(orderId, tsEvent);
      this.#context.dues.schedule(tsEvent, { what: 'orderForget', orderId });
    }
  }

  rfq(event: RfqEvent, watermark: Micros): void {
    const rfq = this.#find(event.rfqId, event.instrumentId, event.tsEvent, watermark);
    if (rfq === null) return;
    if (!rfq.known) {
      rfq.known = true;
      rfq.orderId = event.orderId;
      rfq.side = event.side === 'two_sided' ? null : event.side;
      rfq.quantity = 1 / (event.lines ?? 1);
      rfq.tsDeadline = event.tsDeadline;
      const tsTimeout = event.tsEvent + this.#context.model.orderTimeoutMicros;
      const tsEnd = Math.min(event.tsDeadline, tsTimeout);
      this.#context.dues.schedule(tsEnd, { what: 'deadline', rfqKey: rfq.key });
    }
    for (const { dealerId, tsSent } of event.asks) {
      if (!rfq.asks.has(dealerId)) rfq.asks.set(dealerId, tsSent);
      if (tsSent < rfq.tsFirstSent) this.#measureFrom(rfq, tsSent);
    }
    this.#revise(rfq);
  }

  quote(event: QuoteEvent, watermark: Micros): void {
    const rfq = this.#find(event.rfqId!, event.instrumentId, event.tsEvent, watermark);
    if (rfq === null || event.quoteKind === 'indicative') return;
    let answer = rfq.answers.get(event.dealerId);
    if (answer === undefined) {
      answer = {};
      rfq.answers.set(event.dealerId, answer);
    }
    const { tsEvent } = event;
    if (event.quoteKind === 'firm') answer.tsFirm = Math.min(tsEvent, answer.tsFirm ?? tsEvent);
    else answer.tsDeclined = Math.min(tsEvent, answer.tsDeclined ?? tsEvent);
    this.#revise(rfq);
  }

  fill(event: FillEvent, watermark: Micros): void {
    const key = event.rfqId ?? orderKey(event.orderId!);
    const rfq = this.#find(key, event.instrumentId, event.tsEvent, watermark);
    if (rfq === null) return;
    const known = rfq.fills.get(event.fillId)?.fill;
    if (known !== undefined) {
      const same = known.price === event.price && known.quantity === event.quantity;
      if (!same) this.#context.counters.add('conflict');
      return;
    }
    const fill = { rfqKey: key, fillId: event.fillId };
    if (event.tsEvent < watermark) {
      // Whether its mids are still there would depend on how far other logs have been read.
      rfq.fills.set(event.fillId, { fill: event, midBefore: NO_MIDS_BEFORE });
    } else {
      rfq.fills.set(event.fillId, { fill: event });
      this.#context.dues.schedule(event.tsEvent, { what: 'midFill', ...fill });
    }
    const tsMarkout = event.tsEvent + this.#context.model.reversionMicros;
    this.#context.dues.schedule(tsMarkout, { what: 'markout', ...fill });
    if (event.rfqId === undefined) {
      rfq.orderId = event.orderId;
      this.#joinOrder(rfq);
    }
    this.#revise(rfq);
  }

  fillBust(event: FillBustEvent, watermark: Micros): void {
    const key = event.rfqId ?? orderKey(event.orderId!);
    const rfq = this.#find(key, event.instrumentId, event.tsEvent, watermark);
    if (rfq === null) return;
    rfq.busted.add(event.fillId);
    this.#revise(rfq);
  }

  rfqClosed(event: RfqClosedEvent, watermark: Micros): void {
    const rfq = this.#find(event.rfqId, event.instrumentId, event.tsEvent, watermark);
    if (rfq === null || rfq.closed !== null) return;
    this.#close(rfq, event.tsEvent, event.reason);
  }

  /** Does a task that the watermark has passed. */
  perform(task: DueTask, at: Micros): void {
    if ('orderId' in task) this.#performOrder(task, at);
    else {
      const rfq = this.#rfqs.get(task.rfqKey);
      if (rfq !== undefined) this.#performRfq(rfq, task, at);
    }
  }

  #performOrder({ what, orderId: id }: OrderTask, at: Micros): void {
    const orderId = id as OrderId;
    if (what === 'orderForget') {
      if (this.#earlyCloses.delete(orderId)) this.#context.counters.add('orphan');
      return;
    }
    const order = this.#orders.get(orderId);
    if (order === undefined) return;
    if (what === 'orderTimeout') this.#closeOrder(order, at);
    else if (what === 'orderRetire') this.#orders.delete(orderId);
    else this.#measureOrder(order, at);
  }

  #measureOrder(order: Order, at: Micros): void {
    const { model, mids, reference } = this.#context;
    const { instrumentId, orderId } = order.event;
    const instrument = reference.instrument(instrumentId);
    order.midArrived = midAt(mids, instrumentId, instrument, at, model);
    const group = this.#rfqs.get(orderKey(orderId));
    if (group === undefined) return;
    group.midSent = order.midArrived;
    this.#revise(group);
  }

  #performRfq(rfq: Rfq, task: DueTask & { rfqKey: string }, at: Micros): void {
    const { model, mids, reference } = this.#context;
    const instrument = reference.instrument(rfq.instrumentId);
    switch (task.what) {
      case 'midSent':
        if (at !== rfq.tsFirstSent) return;
        rfq.midSent = midAt(mids, rfq.instrumentId, instrument, at, model);
        break;
      case 'midFill': {
        const entry = rfq.fills.get(task.fillId as FillId);
        // The RFQ it belonged to was dropped, and another has come under its name.
        if (entry === undefined) return;
        entry.midBefore = midsBefore(mids, rfq.instrumentId, instrument, at, model);
        return;
      }
      case 'markout': {
        const entry = rfq.fills.get(task.fillId as FillId);
        if (entry === undefined) return;
        entry.buyerReversion = buyerReversion(mids, entry, instrument, at, model);
        break;
      }
      case 'deadline':
        if (rfq.closed === null) this.#close(rfq, at, 'expired');
        return;
      case 'orphan':
        if (!rfq.known) this.#dropOrphan(rfq);
        return;
      case 'retire':
        this.#retire(rfq, at);
        return;
    }
    this.#revise(rfq);
  }

  /** The RFQ, or a new one to be filled in; null where the event is too late to open one. */
  #find(key: string, instrumentId: InstrumentId, ts: Micros, watermark: Micros): Rfq | null {
    const found = this.#rfqs.get(key);
    if (found !== undefined) return found;
    if (this.#isLate(ts, watermark)) return null;
    const rfq = newRfq(key, instrumentId);
    this.#rfqs.set(key, rfq);
    this.#context.dues.schedule(ts, { what: 'orphan', rfqKey: key });
    return rfq;
  }

  #isLate(ts: Micros, watermark: Micros): boolean {
    if (ts >= watermark) return false;
    this.#context.counters.add('late');
    return true;
  }

  #measureFrom(rfq: Rfq, tsSent: Micros): void {
    rfq.tsFirstSent = tsSent;
    this.#context.dues.schedule(tsSent, { what: 'midSent', rfqKey: rfq.key });
  }

  /** Fills without an RFQ are measured from the order's arrival and reported at its close. */
  #joinOrder(group: Rfq): void {
    const order = this.#orders.get(group.orderId!);
    if (order === undefined || group.known) return;
    group.known = true;
    group.side = order.event.side;
    group.tsFirstSent = order.event.tsEvent;
    if (order.midArrived !== undefined) group.midSent = order.midArrived;
    if (order.tsClosed !== null) this.#close(group, order.tsClosed, 'traded');
  }

  #closeOrder(order: Order, ts: Micros): void {
    if (order.tsClosed !== null) return;
    order.tsClosed = ts;
    const { orderId } = order.event;
    const { dues, model } = this.#context;
    dues.schedule(ts + model.reversionMicros, { what: 'orderRetire', orderId });
    const group = this.#rfqs.get(orderKey(orderId));
    if (group !== undefined && group.closed === null) this.#close(group, ts, 'traded');
  }

  #close(rfq: Rfq, ts: Micros, reason: RfqClosedEvent['reason']): void {
    rfq.closed = { ts, reason };
    const tsRetire = ts + this.#context.model.reversionMicros;
    this.#context.dues.schedule(tsRetire, { what: 'retire', rfqKey: rfq.key });
    this.#revise(rfq);
  }

  #retire(rfq: Rfq, at: Micros): void {
    const pending = [...rfq.fills.values()].filter((f) => f.buyerReversion === undefined);
    if (pending.length > 0) {
      const last = Math.max(...pending.map(({ fill }) => fill.tsEvent));
      const tsRetire = Math.max(at + 1, last + this.#context.model.reversionMicros + 1);
      this.#context.dues.schedule(tsRetire, { what: 'retire', rfqKey: rfq.key });
      return;
    }
    if (!rfq.settled) countNulls(rfq, this.#context.counters);
    const tsForgotten = rfq.closed!.ts + this.#context.model.orderTimeoutMicros;
    if (rfq.fills.size > 0 && at < tsForgotten) {
      // A fill can be busted for a day.
      this.#context.dues.schedule(tsForgotten, { what: 'retire', rfqKey: rfq.key });
    } else this.#rfqs.delete(rfq.key);
  }

  #dropOrphan(rfq: Rfq): void {
    this.#context.counters.add('orphan', rfq.fills.size + rfq.answers.size + 1);
    this.#rfqs.delete(rfq.key);
  }

  /** Brings what stands in the sums in line with what the RFQ says now. */
  #revise(rfq: Rfq): void {
    if (!rfq.known || rfq.closed === null) return;
    if (rfq.orderSide === undefined && rfq.orderId !== undefined) {
      const order = this.#orders.get(rfq.orderId);
      if (order !== undefined) rfq.orderSide = order.event.side;
    }
    reviseObservations(rfq, this.#context);
  }
}

function orderKey(orderId: OrderId): string {
  return `order ${orderId}`;
}
