import assert from 'node:assert/strict';
import type {
  FillBustEvent,
  FillEvent,
  OrderClosedEvent,
  OrderEvent,
  QuoteEvent,
  RfqClosedEvent,
  RfqEvent,
} from '../../schemas/events.ts';
import type { InstrumentId, Micros, OrderId } from '../../schemas/ids.ts';
import type { Model } from '../scoring/model.ts';
import type { Counters } from './counters.ts';
import type { DueQueue, DueTask } from './due-queue.ts';
import { buyerReversion, type Mids, midAt, midsBefore } from './mark-outs.ts';
import type { Observation, ObservationSink } from './observation.ts';
import type { Reference } from './reference.ts';
import { type Rfq, resultsOf } from './rfq.ts';

interface Order {
  readonly event: OrderEvent;
  tsClosed: Micros | null;
}

/** What the book works with; all of it belongs to the same partition. */
export interface BookContext {
  readonly model: Model;
  readonly dues: DueQueue;
  readonly mids: Mids;
  readonly reference: Reference;
  readonly sink: ObservationSink;
  readonly counters: Counters;
}

/**
 * The RFQs and orders of one partition that can still change a score. A part may come before its
 * whole, and any of them twice. Results go out as soon as an RFQ is closed, and when a later part
 * changes one, the old one is withdrawn and the new one added. An RFQ leaves the book once its last
 * mark-out is done; a repeat after that is older than the watermark and is refused as late.
 */
export class RfqBook {
  readonly #rfqs = new Map<string, Rfq>();
  readonly #orders = new Map<OrderId, Order>();
  readonly #context: BookContext;

  constructor(context: BookContext) {
    this.#context = context;
  }

  get openCount(): number {
    return this.#rfqs.size;
  }

  /** Undefined once the RFQ has left the book. */
  instrumentOf(rfqKey: string): InstrumentId | undefined {
    return this.#rfqs.get(rfqKey)?.instrumentId;
  }

  order(event: OrderEvent, watermark: Micros): void {
    if (this.#orders.has(event.orderId)) return;
    if (this.#isLate(event.tsEvent, watermark)) return;
    const { dues, model } = this.#context;
    this.#orders.set(event.orderId, { event, tsClosed: null });
    dues.schedule(event.tsEvent + model.orderTimeoutMicros, {
      what: 'orderTimeout',
      orderId: event.orderId,
    });
    const group = this.#rfqs.get(orderKey(event.orderId));
    if (group !== undefined) this.#joinOrder(group);
  }

  orderClosed(event: OrderClosedEvent): void {
    const order = this.#orders.get(event.orderId);
    if (order === undefined) this.#context.counters.add('orphan');
    else this.#closeOrder(order, event.tsEvent);
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
      this.#context.dues.schedule(event.tsDeadline, { what: 'deadline', rfqKey: rfq.key });
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
      answer = { declined: false };
      rfq.answers.set(event.dealerId, answer);
    }
    if (event.quoteKind !== 'firm') answer.declined = true;
    else if (answer.tsFirm === undefined || event.tsEvent < answer.tsFirm) {
      answer.tsFirm = event.tsEvent;
    }
    this.#revise(rfq);
  }

  fill(event: FillEvent, watermark: Micros): void {
    const key = event.rfqId ?? orderKey(event.orderId!);
    const rfq = this.#find(key, event.instrumentId, event.tsEvent, watermark);
    if (rfq === null) return;
    if (rfq.fills.has(event.fillId)) return;
    rfq.fills.set(event.fillId, { fill: event });
    const fill = { rfqKey: key, fillId: event.fillId };
    this.#context.dues.schedule(event.tsEvent, { what: 'midFill', ...fill });
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
    if ('orderId' in task) this.#performOrder(task.what, task.orderId, at);
    else {
      const rfq = this.#rfqs.get(task.rfqKey);
      if (rfq !== undefined) this.#performRfq(rfq, task, at);
    }
  }

  #performOrder(what: 'orderTimeout' | 'orderRetire', orderId: OrderId | string, at: Micros): void {
    const order = this.#orders.get(orderId as OrderId);
    if (order === undefined) return;
    if (what === 'orderTimeout') this.#closeOrder(order, at);
    else this.#orders.delete(orderId as OrderId);
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
        const entry = rfq.fills.get(task.fillId as never);
        assert(entry, 'a fill leaves the book only with its RFQ');
        entry.midBefore = midsBefore(mids, rfq.instrumentId, instrument, at, model);
        return;
      }
      case 'markout': {
        const entry = rfq.fills.get(task.fillId as never);
        assert(entry, 'a fill leaves the book only with its RFQ');
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
    this.#measureFrom(group, order.event.tsEvent);
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
    for (const { metric, measured } of resultsOf(rfq)) {
      if ('missing' in measured) this.#context.counters.add(`null.${metric}.${measured.missing}`);
    }
    this.#rfqs.delete(rfq.key);
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
    const { sink } = this.#context;
    const stale = new Map(rfq.emitted);
    for (const { dealerId, metric, measured, tsMeasured } of resultsOf(rfq)) {
      if ('missing' in measured) continue;
      const key = `${metric} ${dealerId}`;
      const old = stale.get(key);
      stale.delete(key);
      if (old?.value === measured.value && old.tsMeasured === tsMeasured) continue;
      if (old !== undefined) sink.observe(old, -1);
      const scopes = this.#context.reference.scopes(rfq.instrumentId, tsMeasured);
      const { quantity } = rfq;
      const { value } = measured;
      const observation: Observation = { dealerId, metric, value, quantity, tsMeasured, scopes };
      sink.observe(observation, 1);
      rfq.emitted.set(key, observation);
    }
    for (const [key, observation] of stale) {
      sink.observe(observation, -1);
      rfq.emitted.delete(key);
    }
  }
}

function orderKey(orderId: OrderId): string {
  return `order ${orderId}`;
}

function newRfq(key: string, instrumentId: InstrumentId): Rfq {
  return {
    key,
    instrumentId,
    known: false,
    side: null,
    quantity: 1,
    asks: new Map(),
    tsFirstSent: Number.POSITIVE_INFINITY,
    tsDeadline: Number.POSITIVE_INFINITY,
    answers: new Map(),
    fills: new Map(),
    busted: new Set(),
    closed: null,
    emitted: new Map(),
  };
}
