import type { EventOf, FillEvent } from '../../schemas/events.ts';
import type { FillId } from '../../schemas/ids.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import { HORIZON_MINUTES } from '../scoring/signs.ts';
import type { BookContext } from './book-context.ts';
import { takeMarket } from './market.ts';
import type { Order } from './order.ts';
import { analyseOrder } from './order-record.ts';
import { reviseFills, reviseMarketEnd, reviseRfq } from './results.ts';
import { dealerOf, firstFillOf, type Rfq, type RfqFill } from './rfq.ts';
import { isSameContent } from './seen.ts';

const HORIZONS_MICROS = HORIZON_MINUTES.map((minutes) => minutes * 60 * MICROS_PER_SECOND);

/** A `FillBook`, as a snapshot has it. */
export interface FillSnapshot {
  readonly fills: Map<FillId, RfqFill>;
  readonly earlyBusts: Set<FillId>;
}

/**
 * The fills of RFQs and orders that can still be busted, by their ids, and busts that came before
 * their fills. A bust needs to name nothing but the fill.
 */
export class FillBook {
  #fills = new Map<FillId, RfqFill>();
  #earlyBusts = new Set<FillId>();
  readonly #context: BookContext;

  constructor(context: BookContext) {
    this.#context = context;
  }

  snapshot(): FillSnapshot {
    return { fills: this.#fills, earlyBusts: this.#earlyBusts };
  }

  restore({ fills, earlyBusts }: FillSnapshot): void {
    this.#fills = fills;
    this.#earlyBusts = earlyBusts;
  }

  /** Adds a fill to an RFQ, or to an order's own fills. */
  add(rfq: Rfq, event: FillEvent, order: Order | null): void {
    const known = this.#fills.get(event.fillId);
    if (known !== undefined) {
      if (!isSameContent(known.event, event)) this.#context.counters.add('conflict');
      return;
    }
    const dealer = dealerOf(rfq, event.dealerId);
    const fill: RfqFill = {
      event,
      rfq,
      dealer,
      order,
      marketBefore: null,
      marketsAfter: HORIZON_MINUTES.map(() => null),
      isBusted: this.#earlyBusts.delete(event.fillId),
    };
    this.#fills.set(event.fillId, fill);
    rfq.fills.push(fill);
    dealer.fills.push(fill);
    for (const counted of ordersOf(fill)) counted.fills.push(fill);
    if (fill.isBusted) return;
    this.#context.sink.traded?.(event.instrumentId, event.tsEvent);
    this.#context.dues.schedule(event.tsEvent, { what: 'fill', fill, step: 0 });
    reviseRfq(rfq, this.#context);
  }

  bust({ fillId, tsEvent }: EventOf<'fillBust'>): void {
    const fill = this.#fills.get(fillId);
    if (fill === undefined) {
      if (this.#earlyBusts.has(fillId)) return;
      this.#earlyBusts.add(fillId);
      const tsForgotten = tsEvent + this.#context.model.orderTimeoutMicros;
      this.#context.dues.schedule(tsForgotten, { what: 'bust', fillId });
      return;
    }
    if (fill.isBusted) return;
    fill.isBusted = true;
    reviseRfq(fill.rfq, this.#context);
    for (const order of ordersOf(fill)) analyseOrder(order, this.#context);
  }

  /** Gives up a bust whose fill has not come. */
  dropBust(fillId: FillId): void {
    if (this.#earlyBusts.delete(fillId)) this.#context.counters.add('orphan');
  }

  forget(rfq: Rfq): void {
    for (const { event } of rfq.fills) this.#fills.delete(event.fillId);
  }

  /** Whether the market of a step is measured against a benchmark that its result depends on. */
  needsBenchmark(fill: RfqFill, step: number): boolean {
    const { rfq, marketBefore } = fill;
    if (fill.isBusted || rfq.terms.instrument.beta === 0) return false;
    return step === 0 || (marketBefore!.mid !== null && marketBefore!.benchmark !== null);
  }

  /** Takes the market before a fill, then that at each horizon. */
  measure(fill: RfqFill, step: number): void {
    const { rfq, event, marketsAfter } = fill;
    if (fill.isBusted) return;
    const { mids, dues } = this.#context;
    const ts = event.tsEvent + (step === 0 ? 0 : HORIZONS_MICROS[step - 1]!);
    const needsBenchmark = this.needsBenchmark(fill, step);
    const question = { ts, isBefore: step === 0, needsBenchmark };
    const market = takeMarket(mids, rfq.terms.instrument, question);
    if (step === 0) fill.marketBefore = market;
    else marketsAfter[step - 1] = market;
    if (step < HORIZONS_MICROS.length) {
      const tsNext = event.tsEvent + HORIZONS_MICROS[step]!;
      dues.schedule(tsNext, { what: 'fill', fill, step: step + 1 });
    }
    this.#tell(fill, step);
  }

  #tell(fill: RfqFill, step: number): void {
    const { rfq, dealer } = fill;
    // Of an RFQ that is forgotten only its order still wants to know.
    if (!rfq.isForgotten) {
      const moved = rfq.rfqId !== null && firstFillOf(rfq) === fill;
      if (step > 0) reviseFills(rfq, dealer, this.#context);
      else if (moved) reviseMarketEnd(rfq, this.#context);
    }
    this.#tellOrders(fill, step);
  }

  #tellOrders(fill: RfqFill, step: number): void {
    if (step < HORIZONS_MICROS.length) return;
    for (const order of ordersOf(fill)) analyseOrder(order, this.#context);
  }
}

/** The orders whose execution a fill is part of: the one it names, and its RFQ's. */
function ordersOf({ order, rfq }: Pick<RfqFill, 'order' | 'rfq'>): Order[] {
  if (order === null) return rfq.order === null ? [] : [rfq.order];
  return rfq.order === null || rfq.order === order ? [order] : [order, rfq.order];
}
