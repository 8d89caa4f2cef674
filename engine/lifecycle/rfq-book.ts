import type {
  EventOf,
  FillEvent,
  QuoteEvent,
  RfqClosedEvent,
  RfqEvent,
} from '../../schemas/events.ts';
import type { Micros, RfqId } from '../../schemas/ids.ts';
import type { BookContext } from './book-context.ts';
import type { FillBook } from './fill-book.ts';
import { bindInstrument, takeMarket } from './market.ts';
import { countAsk, countQuote } from './newest-times.ts';
import type { OrderBook } from './order-book.ts';
import { analyseOrder } from './order-record.ts';
import { reviseAsks, reviseMarketEnd, reviseMarketSent, reviseRfq } from './results.ts';
import { type AskMoment, dealerOf, newRfq, type Rfq, type RfqTerms } from './rfq.ts';
import { closeRfq } from './rfq-life.ts';
import { isSameContent } from './seen.ts';
import { Waiting, type WaitingPart } from './waiting.ts';

/** What belongs to an RFQ by naming it. */
export type RfqPart =
  | QuoteEvent
  | EventOf<'quoteCancel'>
  | EventOf<'quoteAccept'>
  | EventOf<'quoteAcceptReject'>
  | FillEvent
  | RfqClosedEvent;

/** An `RfqBook`, as a snapshot has it. */
export interface RfqSnapshot {
  readonly rfqs: Map<string, Rfq>;
  readonly waiting: Map<string, WaitingPart<RfqPart>[]>;
}

/**
 * The RFQs of one partition that can still change a score. A part may come before its RFQ, which it
 * waits for until the watermark has passed it. Results go out as soon as an RFQ is closed; when a
 * later part or a mid changes one, the old one is withdrawn and the new one added. An RFQ leaves the
 * book once W has passed its close by a day; one without fills keeps only its name after it is settled.
 */
export class RfqBook {
  #rfqs = new Map<string, Rfq>();
  readonly #waiting = new Waiting<RfqPart>();
  readonly #fills: FillBook;
  readonly #orders: OrderBook;
  readonly #context: BookContext;

  constructor(fills: FillBook, orders: OrderBook, context: BookContext) {
    this.#fills = fills;
    this.#orders = orders;
    this.#context = context;
  }

  snapshot(): RfqSnapshot {
    return { rfqs: this.#rfqs, waiting: this.#waiting.snapshot() };
  }

  restore({ rfqs, waiting }: RfqSnapshot): void {
    this.#rfqs = rfqs;
    this.#waiting.restore(waiting);
  }

  get openCount(): number {
    return this.#rfqs.size;
  }

  rfq(event: RfqEvent): void {
    const known = this.#rfqs.get(event.rfqId);
    if (known?.isSettled) {
      this.#context.counters.add('settled');
      return;
    }
    const rfq = known ?? this.#open(event);
    for (const { dealerId, tsSent } of event.asks) {
      if (tsSent < this.#context.watermark) {
        // Its mids and its axes are gone, as those of any late event.
        this.#context.counters.add('late');
        continue;
      }
      const dealer = dealerOf(rfq, dealerId);
      if (dealer.ask !== null) continue;
      dealer.ask = this.#momentOf(rfq, tsSent);
      dealer.ask.dealers.push(dealer);
      if (tsSent > event.tsEvent) dealer.ask.isPlanned = true;
      else countAsk(dealerId, rfq.terms, tsSent, this.#context);
    }
    reviseRfq(rfq, this.#context);
    if (known === undefined) {
      for (const part of this.#waiting.take(event.rfqId)) {
        this.#take(rfq, part.event, part.watermark);
        this.#countWaiting(rfq, part.event);
      }
    }
  }

  /** What an RFQ in the book says of itself; null for any other. */
  termsOf(rfqId: RfqId | undefined): RfqTerms | null {
    return rfqId === undefined ? null : (this.#rfqs.get(rfqId)?.terms ?? null);
  }

  /** Takes a part; one that names no RFQ is not for this book. */
  part(event: RfqPart, rfqId: string): void {
    const { watermark, dues } = this.#context;
    const rfq = this.#rfqs.get(rfqId);
    if (rfq !== undefined) {
      this.#take(rfq, event, watermark);
      return;
    }
    this.#waiting.add(rfqId, event, watermark);
    dues.schedule(event.tsEvent, { what: 'rfqParts', key: rfqId });
  }

  dropParts(rfqId: string, tsLast: Micros): void {
    this.#context.counters.add('orphan', this.#waiting.drop(rfqId, tsLast));
  }

  expire(rfq: Rfq, at: Micros): void {
    if (rfq.closed === null) closeRfq(rfq, at, 'expired', this.#context);
  }

  forget(rfq: Rfq): void {
    this.#rfqs.delete(rfq.rfqId!);
  }

  /** Whether the market at an ask is measured against a benchmark that its drift depends on. */
  needsBenchmark(rfq: Rfq, moment: AskMoment): boolean {
    return wasAsked(rfq, moment) && rfq.terms.instrument.beta !== 0;
  }

  /** Looks up the market and the axes when dealers were asked. */
  measureAsk(rfq: Rfq, moment: AskMoment): void {
    const { mids, axes } = this.#context;
    const { instrument } = rfq.terms;
    const { ts, dealers } = moment;
    const needsBenchmark = this.needsBenchmark(rfq, moment);
    moment.market = takeMarket(mids, instrument, { ts, isBefore: false, needsBenchmark });
    for (const dealer of dealers) {
      dealer.axes = axes.at(instrument.instrumentId, dealer.dealerId, ts);
    }
    if (moment.isPlanned && wasAsked(rfq, moment)) {
      for (const { dealerId } of dealers) countAsk(dealerId, rfq.terms, ts, this.#context);
    }
    const isAxed = dealers.some((dealer) => dealer.axes !== null);
    if (moment !== rfq.sent) {
      // A drift waits for its end as well, so that mostly nothing is new but the axes.
      const isEndKnown =
        rfq.marketClosed !== null || rfq.fills.some((f) => f.marketBefore !== null);
      if (isEndKnown || isAxed) reviseAsks(rfq, dealers, this.#context);
      else rfq.facts = null;
      return;
    }
    if (isAxed) reviseRfq(rfq, this.#context);
    else reviseMarketSent(rfq, this.#context);
    if (rfq.order !== null) analyseOrder(rfq.order, this.#context);
  }

  measureClose(rfq: Rfq): void {
    const { instrument } = rfq.terms;
    const needsBenchmark = instrument.beta !== 0;
    const question = { ts: rfq.closed!.ts, isBefore: false, needsBenchmark };
    rfq.marketClosed = takeMarket(this.#context.mids, instrument, question);
    if (rfq.fills.every((fill) => fill.isBusted)) reviseMarketEnd(rfq, this.#context);
  }

  #open(event: RfqEvent): Rfq {
    const { rfqId, instrumentId, side, quantity, lines = 1, allOrNone = false, tsDeadline } = event;
    const { dues, model, reference } = this.#context;
    const rfq = newRfq(rfqId, {
      instrument: bindInstrument(instrumentId, reference.instrument(instrumentId), model),
      side: side === 'two_sided' ? null : side,
      quantity,
      weight: 1 / lines,
      isAllOrNone: allOrNone,
      tsDeadline,
      tsEnd: Math.min(tsDeadline, event.tsEvent + model.orderTimeoutMicros),
    });
    this.#rfqs.set(rfqId, rfq);
    dues.schedule(rfq.terms.tsEnd, { what: 'deadline', rfq });
    const order = this.#orders.named(event.orderId, event.tsEvent);
    if (order !== null) this.#orders.link(rfq, order);
    return rfq;
  }

  #momentOf(rfq: Rfq, ts: Micros): AskMoment {
    const known = rfq.asks.get(ts);
    if (known !== undefined) return known;
    const moment: AskMoment = { ts, market: null, dealers: [], isPlanned: false };
    rfq.asks.set(ts, moment);
    this.#context.dues.schedule(ts, { what: 'ask', rfq, moment });
    if (rfq.sent === null || ts < rfq.sent.ts) rfq.sent = moment;
    return moment;
  }

  /** A quote that came before its RFQ counts once more, now that its segments are known. */
  #countWaiting(rfq: Rfq, event: RfqPart): void {
    const isFirm = event.kind === 'quote' && event.quoteKind === 'firm';
    if (isFirm) countQuote(event, rfq.terms, this.#context);
  }

  #take(rfq: Rfq, event: RfqPart, watermark: Micros): void {
    if (rfq.isSettled) {
      this.#context.counters.add('settled');
      return;
    }
    switch (event.kind) {
      case 'quote':
        this.#quote(rfq, event);
        break;
      case 'quoteCancel':
        if (!rfq.cancels.has(event.quoteId)) rfq.cancels.set(event.quoteId, event.tsEvent);
        break;
      case 'quoteAccept':
        this.#accept(rfq, event);
        break;
      case 'quoteAcceptReject':
        this.#refuse(rfq, event);
        break;
      case 'fill':
        this.#fills.add(rfq, event, this.#orders.named(event.orderId, event.tsEvent));
        return;
      case 'rfqClosed':
        this.#close(rfq, event, watermark);
        return;
    }
    reviseRfq(rfq, this.#context);
  }

  #quote(rfq: Rfq, event: QuoteEvent): void {
    const known = rfq.quotes.get(event.quoteId);
    if (known !== undefined) {
      if (!isSameContent(known, event)) this.#context.counters.add('conflict');
      return;
    }
    rfq.quotes.set(event.quoteId, event);
    const dealer = dealerOf(rfq, event.dealerId);
    if (event.quoteKind === 'firm') dealer.firmQuotes.push(event);
    else dealer.tsDeclined = Math.min(dealer.tsDeclined, event.tsEvent);
  }

  #accept(rfq: Rfq, event: EventOf<'quoteAccept'>): void {
    const { quoteId, dealerId } = event;
    const known = rfq.acceptances.get(quoteId);
    if (known === undefined) {
      const isRejected = rfq.refused.has(quoteId);
      rfq.acceptances.set(quoteId, { dealerId, event, isRejected, standing: [] });
    } else if (!isSameContent(known.event, event)) this.#context.counters.add('conflict');
  }

  #refuse(rfq: Rfq, { quoteId }: EventOf<'quoteAcceptReject'>): void {
    rfq.refused.add(quoteId);
    const acceptance = rfq.acceptances.get(quoteId);
    if (acceptance !== undefined) acceptance.isRejected = true;
  }

  /** `watermark`: that which the event met, which may have waited for its RFQ. */
  #close(rfq: Rfq, event: RfqClosedEvent, watermark: Micros): void {
    if (rfq.closed !== null) {
      const isOther = rfq.closedBy !== null && !isSameContent(rfq.closedBy, event);
      if (isOther) this.#context.counters.add('conflict');
    } else if (watermark <= rfq.terms.tsEnd) {
      rfq.closedBy = event;
      closeRfq(rfq, event.tsEvent, event.reason, this.#context);
    }
  }
}

/** Whether an ask came before its RFQ was over. */
function wasAsked({ closed }: Rfq, { ts }: AskMoment): boolean {
  return closed === null || ts <= closed.ts;
}
