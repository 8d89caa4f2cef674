import type { Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import { MICROS_PER_SECOND, type Model } from '../scoring/model.ts';
import { type BenchmarkMove, reversionBps } from '../scoring/signs.ts';
import type { Mid, MidBook } from './mid-book.ts';
import { type Measured, measuredBps } from './observation.ts';
import type { MidsBefore, RfqFill } from './rfq.ts';

/** The mids that mark-outs are measured from, all of them final when they are asked for. */
export interface Mids {
  readonly own: MidBook;
  /** Benchmarks, from the log that every partition shares. */
  readonly benchmarks: MidBook;
}

/** How old a mid of the instrument may be. */
export function staleAfterMicros(instrument: InstrumentEvent | undefined, model: Model): Micros {
  const seconds = instrument?.staleAfterSeconds;
  return seconds === undefined ? model.staleAfterMicros : seconds * MICROS_PER_SECOND;
}

/** Whether the instrument's mark-outs are measured against a benchmark. */
export function hasBenchmark(instrument: InstrumentEvent | undefined): boolean {
  return instrument?.benchmarkId !== undefined && (instrument.beta ?? 0) !== 0;
}

function fresh(mid: Mid | null, at: Micros, staleAfter: Micros): Measured {
  if (mid === null || at - mid.tsTick > staleAfter) return { missing: 'stale' };
  return { value: mid.mid };
}

/** M(t), or `stale`. */
export function midAt(
  mids: Mids,
  instrumentId: string,
  instrument: InstrumentEvent | undefined,
  t: Micros,
  model: Model,
): Measured {
  return fresh(mids.own.at(instrumentId, t), t, staleAfterMicros(instrument, model));
}

/** The mid strictly before a fill, and its benchmark's. */
export function midsBefore(
  mids: Mids,
  instrumentId: string,
  instrument: InstrumentEvent | undefined,
  t: Micros,
  model: Model,
): MidsBefore {
  const staleAfter = staleAfterMicros(instrument, model);
  const own = fresh(mids.own.before(instrumentId, t), t, staleAfter);
  if (!hasBenchmark(instrument)) return { instrument: own, benchmark: null };
  const id = instrument!.benchmarkId!;
  const mid = fresh(mids.benchmarks.before(id, t), t, staleAfter);
  return { instrument: own, benchmark: { id, beta: instrument!.beta!, mid } };
}

/** Of a fill that came when its mids were no longer kept. */
export const NO_MIDS_BEFORE: MidsBefore = { instrument: { missing: 'stale' }, benchmark: null };

/**
 * Reversion of one fill at `t`, as a buyer sees it. `noNewTick`: the mid has not been renewed since
 * the fill, and an unmoved mid of an illiquid security is not a zero reversion.
 */
export function buyerReversion(
  mids: Mids,
  entry: RfqFill,
  instrument: InstrumentEvent | undefined,
  t: Micros,
  model: Model,
): Measured {
  const { fill, midBefore } = entry;
  if (midBefore === undefined || 'missing' in midBefore.instrument) return { missing: 'stale' };
  const later = mids.own.at(fill.instrumentId, t);
  if (later === null || later.tsTick <= fill.tsEvent) return { missing: 'noNewTick' };
  if (t - later.tsTick > staleAfterMicros(instrument, model)) return { missing: 'stale' };
  const staleAfter = staleAfterMicros(instrument, model);
  const benchmark = benchmarkMove(mids, midBefore.benchmark, t, staleAfter);
  if (benchmark === 'stale') return { missing: 'stale' };
  return measuredBps(reversionBps(1, midBefore.instrument.value, later.mid, benchmark));
}

function benchmarkMove(
  mids: Mids,
  before: MidsBefore['benchmark'],
  t: Micros,
  staleAfter: Micros,
): BenchmarkMove | null | 'stale' {
  if (before === null) return null;
  const after = fresh(mids.benchmarks.at(before.id, t), t, staleAfter);
  if ('missing' in before.mid || 'missing' in after) return 'stale';
  return { before: before.mid.value, after: after.value, beta: before.beta };
}
