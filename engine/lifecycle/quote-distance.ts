import type { QuoteEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros } from '../../schemas/ids.ts';
import { metricsPer } from '../scoring/metrics.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import type { BookContext } from './book-context.ts';
import { bindInstrument } from './market.ts';
import { Seen, type SeenSnapshot } from './seen.ts';

const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;

const PER_STREAM = metricsPer('stream');

/** Whether a quote is streamed to the world rather than an answer to an RFQ of ours. */
export function isStreamed(quote: QuoteEvent): boolean {
  const priced = quote.bid !== undefined || quote.ask !== undefined;
  return priced && (quote.quoteKind === 'indicative' || quote.rfqId === undefined);
}

/** The latest mids of an instrument's dealers in log order; arrays, since each quote reads them all. */
export interface Streams {
  readonly indices: Map<DealerId, number>;
  readonly mids: number[];
  readonly times: Micros[];
  /** Identifies (instrument, dealer) among all. */
  readonly slots: number[];
}

/** A `QuoteDistance`, as a snapshot has it. */
export interface DistanceSnapshot {
  readonly streams: Map<InstrumentId, Streams>;
  readonly observed: Map<number, Set<number>>;
  readonly seen: SeenSnapshot<number>;
  readonly slots: number;
}

/**
 * Metrics of streamed quotes: how far from the others'. Bounded: one mid per (instrument, dealer),
 * and the quotes of the minutes that the watermark has not passed.
 */
export class QuoteDistance {
  #streams = new Map<InstrumentId, Streams>();
  /** By minute: slots that have had their one observation. */
  #observed = new Map<number, Set<number>>();
  readonly #seen = new Seen<number>();
  readonly #context: BookContext;
  #slots = 0;
  #scratch = new Float64Array(64);

  constructor(context: BookContext) {
    this.#context = context;
  }

  snapshot(): DistanceSnapshot {
    return {
      streams: this.#streams,
      observed: this.#observed,
      seen: this.#seen.snapshot(),
      slots: this.#slots,
    };
  }

  restore({ streams, observed, seen, slots }: DistanceSnapshot): void {
    this.#streams = streams;
    this.#observed = observed;
    this.#seen.restore(seen);
    this.#slots = slots;
  }

  /** Takes a streamed quote in log order. */
  take(quote: QuoteEvent): void {
    const { bid, ask, dealerId, instrumentId, tsEvent } = quote;
    if (!this.#isFirst(quote) || bid === undefined || ask === undefined) return;
    const streams = this.#streamsOf(instrumentId);
    const index = this.#indexOf(streams, dealerId);
    streams.mids[index] = (bid + ask) / 2;
    streams.times[index] = tsEvent;
    const observed = this.#observedIn(Math.floor(tsEvent / MICROS_PER_MINUTE));
    // Most quotes end here, before the others are looked at.
    if (observed.has(streams.slots[index]!)) return;
    if (this.#observe(quote, streams, index)) observed.add(streams.slots[index]!);
  }

  /** Forgets the minutes that the watermark has passed: what comes for them now is late. */
  prune(watermark: Micros): void {
    for (const minute of this.#observed.keys()) {
      if ((minute + 1) * MICROS_PER_MINUTE <= watermark) this.#observed.delete(minute);
    }
  }

  /** Returns whether the minute is used up: by a value, or by an absurd one. */
  #observe(quote: QuoteEvent, streams: Streams, index: number): boolean {
    const { reference, model, sink, counters } = this.#context;
    const { dealerId, instrumentId, tsEvent: tsMeasured } = quote;
    const record = reference.instrument(instrumentId);
    const { staleAfterMicros } = bindInstrument(instrumentId, record, model);
    const others = this.#othersOf(streams, index, tsMeasured - staleAfterMicros);
    let isUsed = false;
    for (const { name: metric, measure } of PER_STREAM) {
      const measured = measure({ mid: streams.mids[index]!, others });
      if (measured === null) continue;
      if ('missing' in measured) {
        counters.add(`null.${metric}.${measured.missing}`);
        isUsed ||= measured.missing === 'absurd';
        continue;
      }
      isUsed = true;
      const { value } = measured;
      const scopes = reference.scopes(instrumentId, record, tsMeasured);
      sink.observe({ dealerId, metric, value, quantity: 1, tsMeasured, scopes }, 1);
    }
    return isUsed;
  }

  /** Mids of the others from a time on, in a scratch array. */
  #othersOf({ mids, times }: Streams, own: number, tsFrom: Micros): Float64Array {
    if (this.#scratch.length < mids.length) this.#scratch = new Float64Array(2 * mids.length);
    let count = 0;
    for (let i = 0; i < mids.length; i++) {
      if (i !== own && times[i]! >= tsFrom) this.#scratch[count++] = mids[i]!;
    }
    return this.#scratch.subarray(0, count);
  }

  #isFirst(quote: QuoteEvent): boolean {
    const { quoteId, tsEvent, bid = 0, ask = 0 } = quote;
    // Tells contents apart without keeping the events of ten minutes.
    const content = bid * Math.E + ask * Math.PI + (tsEvent % MICROS_PER_MINUTE);
    const known = this.#seen.note(quoteId, tsEvent, content, this.#context.watermark);
    if (known !== undefined && known !== content) this.#context.counters.add('conflict');
    return known === undefined;
  }

  #streamsOf(instrumentId: InstrumentId): Streams {
    let streams = this.#streams.get(instrumentId);
    if (streams === undefined) {
      streams = { indices: new Map(), mids: [], times: [], slots: [] };
      this.#streams.set(instrumentId, streams);
    }
    return streams;
  }

  #indexOf(streams: Streams, dealerId: DealerId): number {
    let index = streams.indices.get(dealerId);
    if (index === undefined) {
      index = streams.indices.size;
      streams.indices.set(dealerId, index);
      streams.slots[index] = this.#slots++;
    }
    return index;
  }

  #observedIn(minute: number): Set<number> {
    let observed = this.#observed.get(minute);
    if (observed === undefined) {
      observed = new Set();
      this.#observed.set(minute, observed);
    }
    return observed;
  }
}
