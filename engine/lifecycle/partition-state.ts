import type { FirstcallEvent, QuoteEvent, TickEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { OrderAnalysis } from '../../schemas/order-analysis.ts';
import type { Model } from '../scoring/model.ts';
import { AcceptanceBook } from './acceptance-book.ts';
import { AxeBook } from './axe-book.ts';
import type { BenchmarkBook } from './benchmark-book.ts';
import type { BookContext } from './book-context.ts';
import { ACCEPTED, Counters } from './counters.ts';
import { DueQueue } from './due-queue.ts';
import { type Books, needsBenchmark, perform } from './due-tasks.ts';
import { FillBook } from './fill-book.ts';
import { MidBook, midOf } from './mid-book.ts';
import { countQuote } from './newest-times.ts';
import type { AxeEvent, ObservationSink } from './observation.ts';
import { OrderBook } from './order-book.ts';
import { mendOrderLinks, withoutOrderLinks } from './order-links.ts';
import type { PartitionSnapshot } from './partition-snapshot.ts';
import { isStreamed, QuoteDistance } from './quote-distance.ts';
import { Reference } from './reference.ts';
import { RfqBook } from './rfq-book.ts';
import { isSameContent, Seen } from './seen.ts';
import { TcaBook } from './tca-book.ts';

export interface PartitionStateOptions {
  readonly model: Model;
  readonly benchmarks: BenchmarkBook;
  readonly sink: ObservationSink;
  /** Called in log order with each order's record, and anew when it changes. */
  readonly onAnalysis?: ((analysis: OrderAnalysis) => void) | undefined;
}

/**
 * Everything that one partition's events have led to, short of the sums. A pure function of the
 * partition's log and of the benchmark log: call `accept` for each event in log order, and `drain`
 * until it returns true before the next.
 */
export class PartitionState {
  readonly counters = new Counters();
  readonly reference = new Reference();
  readonly #benchmarks: BenchmarkBook;
  readonly #context: BookContext;
  readonly #books: Books;
  readonly #mids = new MidBook();
  readonly #axes = new AxeBook();
  readonly #seenAxes = new Seen<AxeEvent>();
  /** Of firm quotes, by quoteId: a copy under another id is a repeat too. */
  readonly #seenQuotes = new Seen<true>();
  readonly #dues = new DueQueue();
  readonly #distances: QuoteDistance;
  readonly #tca: TcaBook;
  #tsNewest: Micros | null = null;
  #tsPruned = 0;

  constructor({ model, benchmarks, sink, onAnalysis }: PartitionStateOptions) {
    this.#benchmarks = benchmarks;
    const context: BookContext = {
      model,
      dues: this.#dues,
      mids: { own: this.#mids, benchmarks: benchmarks.mids },
      axes: this.#axes,
      reference: this.reference,
      sink,
      counters: this.counters,
      onAnalysis,
      watermark: 0,
    };
    const fills = new FillBook(context);
    const orders = new OrderBook(fills, context);
    const rfqs = new RfqBook(fills, orders, context);
    this.#books = { rfqs, orders, fills, acceptances: new AcceptanceBook(context) };
    this.#distances = new QuoteDistance(context);
    this.#tca = new TcaBook(context);
    this.#context = context;
  }

  /** W: everything older is final. 0 before the first event. */
  get watermark(): Micros {
    const { latenessMicros } = this.#context.model;
    return this.#tsNewest === null ? 0 : Math.max(0, this.#tsNewest - latenessMicros);
  }

  /** The earliest time that a benchmark may still be asked for. */
  get tsNeeded(): Micros {
    return Math.min(this.watermark, this.#dues.peek()?.at ?? Number.POSITIVE_INFINITY);
  }

  get openRfqs(): number {
    return this.#books.rfqs.openCount;
  }

  get pendingTasks(): number {
    return this.#dues.size;
  }

  /** What `use` makes of everything here, between two events; it must be done with it when it returns. */
  snapshot<T>(use: (snapshot: PartitionSnapshot) => T): T {
    const { rfqs, orders, fills, acceptances } = this.#books;
    const kept = {
      rfqs: rfqs.snapshot(),
      orders: orders.snapshot(),
      fills: fills.snapshot(),
      acceptances: acceptances.snapshot(),
      dues: this.#dues.snapshot(),
      mids: this.#mids.snapshot(),
      axes: this.#axes.snapshot(),
      seenAxes: this.#seenAxes.snapshot(),
      seenQuotes: this.#seenQuotes.snapshot(),
      distances: this.#distances.snapshot(),
      tca: this.#tca.snapshot(),
      reference: this.reference.snapshot(),
      counters: this.counters.snapshot(),
      tsNewest: this.#tsNewest,
      tsPruned: this.#tsPruned,
    };
    const roots = {
      rfqs: kept.rfqs.rfqs.values(),
      orders: kept.orders.orders.values(),
      tasks: kept.dues.heap.map(({ task }) => task),
    };
    return withoutOrderLinks(roots, (links) => use({ links, ...kept }));
  }

  /** Becomes what a snapshot says, in place of what it was; the snapshot's objects are its own then. */
  restore(snapshot: PartitionSnapshot): void {
    const { rfqs, orders, fills, acceptances } = this.#books;
    mendOrderLinks(snapshot.links);
    rfqs.restore(snapshot.rfqs);
    orders.restore(snapshot.orders);
    fills.restore(snapshot.fills);
    acceptances.restore(snapshot.acceptances);
    this.#dues.restore(snapshot.dues);
    this.#mids.restore(snapshot.mids);
    this.#axes.restore(snapshot.axes);
    this.#seenAxes.restore(snapshot.seenAxes);
    this.#seenQuotes.restore(snapshot.seenQuotes);
    this.#distances.restore(snapshot.distances);
    this.#tca.restore(snapshot.tca);
    this.reference.restore(snapshot.reference);
    this.counters.restore(snapshot.counters);
    this.#tsNewest = snapshot.tsNewest;
    this.#tsPruned = snapshot.tsPruned;
  }

  /**
   * Applies one valid event. One older than the watermark before it is late and has no effect at
   * all, whatever it is: returns false.
   */
  accept(event: FirstcallEvent): boolean {
    const { watermark } = this;
    this.counters.add(ACCEPTED[event.kind]);
    if (event.tsEvent < watermark) {
      this.counters.add('late');
      return false;
    }
    this.#context.watermark = watermark;
    this.#apply(event);
    if (this.#tsNewest === null || event.tsEvent > this.#tsNewest) this.#tsNewest = event.tsEvent;
    return true;
  }

  /**
   * Does what the watermark has made due, in a fixed order. Returns false when the next task needs
   * a benchmark that is not final yet: hold the partition's log, and call again once the benchmark
   * log has moved. So the order of observations depends on this partition's log alone.
   */
  drain(): boolean {
    const { watermark } = this;
    const books = this.#books;
    for (let due = this.#dues.peek(); due !== undefined; due = this.#dues.peek()) {
      if (due.at >= watermark) break;
      if (this.#benchmarks.watermark <= due.at && needsBenchmark(due.task, books)) return false;
      this.#dues.take();
      perform(due.task, due.at, books, this.#context);
    }
    this.#prune(watermark);
    return true;
  }

  #apply(event: FirstcallEvent): void {
    const { rfqs, orders, fills, acceptances } = this.#books;
    switch (event.kind) {
      case 'order':
        orders.order(event);
        break;
      case 'orderClosed':
        orders.orderClosed(event);
        break;
      case 'rfq':
        rfqs.rfq(event);
        break;
      case 'quote':
        this.#quote(event);
        break;
      case 'quoteCancel':
        if (event.rfqId !== undefined) rfqs.part(event, event.rfqId);
        break;
      case 'quoteAccept':
        if (event.rfqId === undefined) acceptances.accept(event);
        else rfqs.part(event, event.rfqId);
        break;
      case 'quoteAcceptReject':
        if (event.rfqId === undefined) acceptances.refuse(event);
        else rfqs.part(event, event.rfqId);
        break;
      case 'fill':
        if (event.rfqId === undefined) orders.fill(event);
        else rfqs.part(event, event.rfqId);
        break;
      case 'fillBust':
        fills.bust(event);
        break;
      case 'rfqClosed':
        rfqs.part(event, event.rfqId);
        break;
      case 'tick':
        this.#tick(event);
        break;
      case 'axe':
        this.#axe(event);
        break;
      case 'tca':
        this.#tca.take(event);
        break;
      case 'instrument':
        this.reference.update(event, this.#context.watermark);
        break;
      default:
        // Dealers are for those who rank; a clock only moves the watermark.
        break;
    }
  }

  /** A repeat would count for what its instrument has become since. */
  #isNew({ quoteId, tsEvent }: QuoteEvent): boolean {
    return this.#seenQuotes.note(quoteId, tsEvent, true, this.#context.watermark) === undefined;
  }

  #quote(event: QuoteEvent): void {
    if (isStreamed(event)) this.#distances.take(event);
    if (event.quoteKind === 'firm' && this.#isNew(event)) {
      countQuote(event, this.#books.rfqs.termsOf(event.rfqId), this.#context);
    }
    // An indicative one does not answer us.
    const isAnswer = event.quoteKind !== 'indicative';
    if (event.rfqId !== undefined && isAnswer) this.#books.rfqs.part(event, event.rfqId);
  }

  #tick(event: TickEvent): void {
    const { watermark, sink } = this.#context;
    if (this.#mids.insert(event, watermark)) sink.newestTick?.(event, midOf(event));
    if ((event.volume ?? 0) > 0) sink.traded?.(event.instrumentId, event.tsEvent);
  }

  #axe(event: AxeEvent): void {
    const { watermark, sink } = this.#context;
    const known = this.#seenAxes.note(event.axeId, event.tsEvent, event, watermark);
    if (known !== undefined) {
      if (!isSameContent(known, event)) this.counters.add('conflict');
      return;
    }
    if (this.#axes.insert(event, watermark)) sink.standingAxe?.(event);
  }

  #prune(watermark: Micros): void {
    if (watermark - this.#tsPruned < this.#context.model.latenessMicros) return;
    this.#tsPruned = watermark;
    this.#distances.prune(watermark);
  }
}
