import type { Side } from '../../schemas/ids.ts';

export const BPS = 10_000;

/** +1 when the client buys, -1 when it sells. */
export function signOf(side: Side): 1 | -1 {
  return side === 'buy' ? 1 : -1;
}

/** s (Msent - P) / Msent in bps: positive when the dealer dealt better than the mid it was asked at. */
export function priceImprovementBps(sign: 1 | -1, midSent: number, price: number): number {
  return ((sign * (midSent - price)) / midSent) * BPS;
}

/** Mids of the benchmark at the two ends of a mark-out, and the instrument's beta on it. */
export interface BenchmarkMove {
  readonly before: number;
  readonly after: number;
  readonly beta: number;
}

/**
 * s [(M(h) - Mfill) / Mfill - beta (B(h) - Bfill) / Bfill] in bps. Positive: the price went our way
 * after we dealt. Negative: it came back, temporary impact that we paid.
 */
export function reversionBps(
  sign: 1 | -1,
  midFill: number,
  midLater: number,
  benchmark: BenchmarkMove | null,
): number {
  const own = (midLater - midFill) / midFill;
  const market =
    benchmark === null
      ? 0
      : (benchmark.beta * (benchmark.after - benchmark.before)) / benchmark.before;
  return sign * (own - market) * BPS;
}
