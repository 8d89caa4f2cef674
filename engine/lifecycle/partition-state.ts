import type { FirstcallEvent, QuoteEvent, TickEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { Model } from '../scoring/model.ts';
import type { BenchmarkBook } from './benchmark-book.ts';
import { Counters } from './counters.ts';
import { DueQueue } from './due-queue.ts';
import { staleAfterMicros } from './mark-outs.ts';
import { MidBook, midOf } from './mid-book.ts';
import type { ObservationSink } from './observation.ts';
import { isStreamed, QuoteDistance } from './quote-distance.ts';
import { Reference } from './reference.ts';
import { RfqBook } from './rfq-book.ts';

/**
 * Everything that one partition's events have led to, short of the sums. A pure function of the
 * partition's log and of the benchmark log: call `accept` for each event in log order, and `drain`
 * until it returns true before the next.
 */
export class PartitionState {
  readonly counters = new Counters();
  readonly reference = new Reference();
  readonly #model: Model;
  readonly #sink: ObservationSink;
  readonly #benchmarks: BenchmarkBook;
  readonly #dues = new DueQueue();
  readonly #mids = new MidBook();
  readonly #distances = new QuoteDistance();
  readonly #book: RfqBook;
  #tsNewest: Micros | null = null;
  #tsPruned = 0;

  constructor(model: Model, benchmarks: BenchmarkBook, sink: ObservationSink) {
    this.#model = model;
    this.#sink = sink;
    this.#benchmarks = benchmarks;
    this.#book = new RfqBook({
      model,
      dues: this.#dues,
      mids: { own: this.#mids, benchmarks: benchmarks.mids },
      reference: this.reference,
      sink,
      counters: this.counters,
    });
  }

  /** W: everything older is final. 0 before the first event. */
  get watermark(): Micros {
    return this.#tsNewest === null ? 0 : Math.max(0, this.#tsNewest - this.#model.latenessMicros);
  }

  /** The earliest time that a benchmark may still be asked for. */
  get tsNeeded(): Micros {
    return Math.min(this.watermark, this.#dues.peek()?.at ?? Number.POSITIVE_INFINITY);
  }

  get openRfqs(): number {
    return this.#book.openCount;
  }

  get pendingTasks(): number {
    return this.#dues.size;
  }

  /** Applies one valid event. Whether it is late is judged by the watermark before it. */
  accept(event: FirstcallEvent): void {
    const watermark = this.watermark;
    this.counters.add(`accepted.${event.kind}`);
    switch (event.kind) {
      case 'order':
        this.#book.order(event, watermark);
        break;
      case 'orderClosed':
        this.#book.orderClosed(event, watermark);
        break;
      case 'rfq':
        this.#book.rfq(event, watermark);
        break;
      case 'quote':
        this.#quote(event, watermark);
        break;
      case 'fill':
        this.#book.fill(event, watermark);
        break;
      case 'fillBust':
        this.#book.fillBust(event, watermark);
        break;
      case 'rfqClosed':
        this.#book.rfqClosed(event, watermark);
        break;
      case 'tick':
        this.#tick(event, watermark);
        break;
      case 'instrument':
        this.reference.update(event);
        break;
      default:
        // Kept in the log and in history; nothing is scored from it yet.
        break;
    }
    if (this.#tsNewest === null || event.tsEvent > this.#tsNewest) this.#tsNewest = event.tsEvent;
  }

  /**
   * Does what the watermark has made due, in a fixed order. Returns false when the next task needs
   * a benchmark that is not final yet: hold the partition's log, and call again once the benchmark
   * log has moved. So the order of observations depends on this partition's log alone.
   */
  drain(): boolean {
    const { watermark } = this;
    for (let due = this.#dues.peek(); due !== undefined; due = this.#dues.peek()) {
      if (due.at >= watermark) break;
      if (this.#book.needsBenchmark(due.task) && this.#benchmarks.watermark <= due.at) return false;
      this.#dues.take();
      this.#book.perform(due.task, due.at);
    }
    this.#prune(watermark);
    return true;
  }

  #instrument(instrumentId: string): InstrumentEvent | undefined {
    return this.reference.instrument(instrumentId);
  }

  #prune(watermark: Micros): void {
    if (watermark - this.#tsPruned < this.#model.latenessMicros) return;
    this.#tsPruned = watermark;
    this.#distances.prune(watermark);
  }

  #tick(event: TickEvent, watermark: Micros): void {
    if (event.tsEvent < watermark) this.counters.add('late');
    else this.#mids.insert(event.instrumentId, event.tsEvent, midOf(event), watermark);
  }

  #quote(event: QuoteEvent, watermark: Micros): void {
    if (event.rfqId !== undefined) this.#book.quote(event, watermark);
    if (!isStreamed(event)) return;
    if (event.tsEvent < watermark) {
      if (event.rfqId === undefined) this.counters.add('late');
      return;
    }
    const { instrumentId, dealerId, tsEvent } = event;
    const staleAfter = staleAfterMicros(this.#instrument(instrumentId), this.#model);
    const measured = this.#distances.take(event, staleAfter);
    if (measured === null) return;
    if ('missing' in measured) {
      this.counters.add(`null.quoteDistanceBps.${measured.missing}`);
      return;
    }
    const scopes = this.reference.scopes(instrumentId, tsEvent);
    const metric = 'quoteDistanceBps';
    const { value } = measured;
    this.#sink.observe({ dealerId, metric, value, quantity: 1, tsMeasured: tsEvent, scopes }, 1);
  }
}
