import type { InstrumentId, Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { MarketAt } from '../scoring/facts.ts';
import { MICROS_PER_SECOND, type Model } from '../scoring/model.ts';
import type { Mid, MidBook } from './mid-book.ts';

/** The mids that results are measured from, all of them final when they are asked for. */
export interface Mids {
  readonly own: MidBook;
  /** Benchmarks, from the log that every partition shares. */
  readonly benchmarks: MidBook;
}

/** An instrument as the log knew it when something in it began; holds for that thing for good. */
export interface BoundInstrument {
  readonly instrumentId: InstrumentId;
  readonly record: InstrumentEvent | undefined;
  readonly staleAfterMicros: Micros;
  /** On the benchmark; 0 without one. */
  readonly beta: number;
}

export function bindInstrument(
  instrumentId: InstrumentId,
  record: InstrumentEvent | undefined,
  model: Model,
): BoundInstrument {
  const seconds = record?.staleAfterSeconds;
  return {
    instrumentId,
    record,
    staleAfterMicros: seconds === undefined ? model.staleAfterMicros : seconds * MICROS_PER_SECOND,
    beta: record?.benchmarkId === undefined ? 0 : (record.beta ?? 0),
  };
}

export interface MarketQuestion {
  readonly ts: Micros;
  /** Strictly before `ts`, or up to and with it. */
  readonly isBefore: boolean;
  readonly needsBenchmark: boolean;
}

/** The market at a moment that the watermark, for a benchmark the shared log's too, has passed. */
export function takeMarket(
  mids: Mids,
  { instrumentId, record, staleAfterMicros }: BoundInstrument,
  { ts, isBefore, needsBenchmark }: MarketQuestion,
): MarketAt {
  const ask = (book: MidBook, id: string): Mid | null =>
    isBefore ? book.before(id, ts) : book.at(id, ts);
  const fresh = (mid: Mid | null): number | null =>
    mid === null || ts - mid.tsTick > staleAfterMicros ? null : mid.mid;
  const own = ask(mids.own, instrumentId);
  const benchmark = needsBenchmark ? fresh(ask(mids.benchmarks, record!.benchmarkId!)) : null;
  return { ts, mid: fresh(own), tsTick: own?.tsTick ?? -1, benchmark };
}

/** Of a moment whose mids were no longer kept when it was first heard of. */
export function noMarket(ts: Micros): MarketAt {
  return { ts, mid: null, tsTick: -1, benchmark: null };
}
