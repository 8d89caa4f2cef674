import type { InstrumentId, Micros } from '../../../schemas/ids.ts';
import type { NullReason } from '../../../schemas/order-analysis.ts';
import { type Admitted, byTime, eventsOf, type Market } from './admitted.ts';
import type { Terms } from './terms.ts';

/** A value, why there is none, or that its time has not come. */
export type Value = number | NullReason | 'notYet';

/** A time that a mid is asked for: M(ts), or M(ts-), the mid strictly before it. */
export interface Moment {
  readonly ts: Micros;
  readonly before: boolean;
}
export const at = (ts: Micros): Moment => ({ ts, before: false });
export const before = (ts: Micros): Moment => ({ ts, before: true });

export interface Mid {
  readonly mid: number;
  /** Event time of its tick. */
  readonly ts: Micros;
}

/** The latest tick up to a moment; of two at one time, the later in the log. Looks at all ticks. */
function midAt(log: readonly Admitted[], id: InstrumentId, when: Moment): Mid | undefined {
  const ticks = eventsOf(log, 'tick')
    .filter(({ event }) => event.instrumentId === id)
    .filter(({ event }) => (when.before ? event.tsEvent < when.ts : event.tsEvent <= when.ts))
    .sort(byTime);
  const tick = ticks.at(-1)?.event;
  if (tick === undefined) return undefined;
  return { mid: tick.mid ?? (tick.bid! + tick.ask!) / 2, ts: tick.tsEvent };
}

function freshMid(
  log: readonly Admitted[],
  id: InstrumentId,
  when: Moment,
  staleAfterMicros: Micros,
): Mid | 'stale' {
  const mid = midAt(log, id, when);
  return mid === undefined || when.ts - mid.ts > staleAfterMicros ? 'stale' : mid;
}

/** M: the instrument's mid. */
export function midOf(market: Market, terms: Terms, when: Moment): Mid | 'stale' {
  return freshMid(market.log, terms.instrumentId, when, terms.staleAfterMicros);
}

/** Whether the mid of a time is final in the partition's log. */
export function isFinal(market: Market, ts: Micros): boolean {
  return market.watermark > ts;
}

/** Whether that and the benchmark's mid are final, if the instrument has a benchmark. */
export function isFinalWithBenchmark(market: Market, terms: Terms, ts: Micros): boolean {
  return isFinal(market, ts) && (terms.benchmarkId === undefined || market.sharedWatermark > ts);
}

/**
 * (M(to) - M(from)) / M(from) - beta (B(to) - B(from)) / B(from), no unit. `newerThan`: the tick of
 * M(to) has to be newer than it.
 */
export function adjustedMove(
  market: Market,
  terms: Terms,
  from: Moment,
  to: Moment,
  newerThan = -Infinity,
): number | NullReason {
  const start = midOf(market, terms, from);
  if (start === 'stale') return 'stale';
  const newest = midAt(market.log, terms.instrumentId, to);
  if (newest !== undefined && newest.ts <= newerThan) return 'noNewTick';
  const end = midOf(market, terms, to);
  if (end === 'stale') return 'stale';
  const move = (end.mid - start.mid) / start.mid;
  const id = terms.benchmarkId;
  if (id === undefined) return move;
  const benchmarkStart = freshMid(market.shared, id, from, terms.staleAfterMicros);
  const benchmarkEnd = freshMid(market.shared, id, to, terms.staleAfterMicros);
  if (benchmarkStart === 'stale' || benchmarkEnd === 'stale') return 'stale';
  return move - terms.beta * ((benchmarkEnd.mid - benchmarkStart.mid) / benchmarkStart.mid);
}

const MAX_BPS = 10_000;

/** A ratio as bps. */
export function bpsOf(ratio: number | NullReason): number | NullReason {
  if (typeof ratio === 'string') return ratio;
  const bps = ratio * 10_000;
  return Math.abs(bps) > MAX_BPS ? 'absurd' : bps;
}
