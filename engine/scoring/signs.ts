import type { Side } from '../../schemas/ids.ts';
import type { MarketAt, Measured } from './facts.ts';

export const BPS = 10_000;

/** When after a fill its reversion is measured. */
export const HORIZON_MINUTES = [1, 5, 30] as const;

const ABSURD_BPS = 10_000;

/** +1 when the client buys, -1 when it sells. */
export function signOf(side: Side): 1 | -1 {
  return side === 'buy' ? 1 : -1;
}

/** A value in bps, unless it is too large to be anything but an error in the data. */
export function measuredBps(bps: number): Measured {
  // A sign times 0 may be -0, which reads as if something had been measured.
  return Math.abs(bps) <= ABSURD_BPS ? { value: bps === 0 ? 0 : bps } : { missing: 'absurd' };
}

/** s (Msent - P) / Msent in bps: positive when the dealer dealt better than the mid it was asked at. */
export function priceImprovementBps(sign: 1 | -1, midSent: number, price: number): number {
  return ((sign * (midSent - price)) / midSent) * BPS;
}

/** Mids of the benchmark at the two ends of a move, and the instrument's beta on it. */
interface BenchmarkMove {
  readonly before: number;
  readonly after: number;
  readonly beta: number;
}

/**
 * s [(M(later) - M) / M - beta (B(later) - B) / B] in bps. After a fill, reversion: positive, the
 * price went our way; negative, it came back, temporary impact that we paid.
 */
export function reversionBps(
  sign: 1 | -1,
  mid: number,
  midLater: number,
  benchmark: BenchmarkMove | null,
): number {
  const own = (midLater - mid) / mid;
  const market =
    benchmark === null
      ? 0
      : (benchmark.beta * (benchmark.after - benchmark.before)) / benchmark.before;
  return sign * (own - market) * BPS;
}

/**
 * The move between two moments, less the benchmark's where beta is not 0. `noNewTick`: the mid has
 * not been renewed since the earlier one, and an unmoved illiquid mid is not a move of zero.
 */
export function measuredMove(
  sign: 1 | -1 | null,
  beta: number,
  before: MarketAt | null,
  after: MarketAt | null,
): Measured {
  if (sign === null) return { missing: 'noSide' };
  // Not before both are final, even where the first alone says that there is none: a mean of several
  // moves would come out before the last of them is due.
  if (before === null || after === null) return { missing: 'pending' };
  if (before.mid === null) return { missing: 'stale' };
  if (after.tsTick <= before.ts) return { missing: 'noNewTick' };
  if (after.mid === null) return { missing: 'stale' };
  if (beta === 0) return measuredBps(reversionBps(sign, before.mid, after.mid, null));
  if (before.benchmark === null || after.benchmark === null) return { missing: 'stale' };
  const benchmark = { before: before.benchmark, after: after.benchmark, beta };
  return measuredBps(reversionBps(sign, before.mid, after.mid, benchmark));
}

/** The mid of a moment, or why it has none. */
export function midOfMarket(market: MarketAt | null): Measured {
  if (market === null) return { missing: 'pending' };
  return market.mid === null ? { missing: 'stale' } : { value: market.mid };
}

/**
 * Size-weighted mean of the parts that have a value, once none of them is pending; the first reason
 * where none has.
 */
export function sizeWeighted(
  parts: readonly { readonly size: number; readonly measured: Measured }[],
): Measured {
  let size = 0;
  let sum = 0;
  for (const part of parts) {
    if ('missing' in part.measured) {
      if (part.measured.missing === 'pending') return part.measured;
      continue;
    }
    size += part.size;
    sum += part.size * part.measured.value;
  }
  return size === 0 ? parts[0]!.measured : { value: sum / size };
}
