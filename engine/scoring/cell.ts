import { type DecayTime, halved } from './decay.ts';

/**
 * A cell holds the decayed sums of one (scope, dealer, metric, memory), one cache line of doubles.
 * An observation of value x and quantity q at time t adds v = q 2^(t/H - n) to the sums; n is the
 * whole number of half-lives that the sums are scaled by, the largest the cell has seen.
 */
export const CELL_STRIDE = 8;
/** Fields of a cell that carry state; the rest of the cache line is empty. */
export const CELL_FIELDS = 6;

export const SUM_V = 0;
export const SUM_VX = 1;
export const SUM_VXX = 2;
export const SUM_VV = 3;
/** Observations less the withdrawn ones: an exact integer. */
export const COUNT = 4;
/** n: the half-lives that the sums are scaled by. */
export const LANDMARK = 5;

/**
 * Adds (sign 1) or withdraws (sign -1) one observation. O(1), allocates nothing.
 * A cell whose count returns to 0 is set to +0 sums, so that what was withdrawn leaves no rounding.
 */
export function observe(
  cells: Float64Array,
  at: number,
  time: DecayTime,
  value: number,
  quantity: number,
  sign: 1 | -1,
): void {
  const count = cells[at + COUNT]! + sign;
  if (count === 0) {
    cells.fill(0, at, at + CELL_FIELDS);
    return;
  }
  if (cells[at + COUNT] === 0) cells[at + LANDMARK] = time.whole;
  else if (time.whole > cells[at + LANDMARK]!) advance(cells, at, time.whole);
  const v = sign * quantity * time.scale * halved(cells[at + LANDMARK]! - time.whole);
  const vx = v * value;
  cells[at + SUM_V]! += v;
  cells[at + SUM_VX]! += vx;
  cells[at + SUM_VXX]! += vx * value;
  cells[at + SUM_VV]! += sign * v * v;
  cells[at + COUNT] = count;
}

function advance(cells: Float64Array, at: number, whole: number): void {
  const factor = halved(whole - cells[at + LANDMARK]!);
  cells[at + SUM_V]! *= factor;
  cells[at + SUM_VX]! *= factor;
  cells[at + SUM_VXX]! *= factor;
  cells[at + SUM_VV]! *= factor * factor;
  cells[at + LANDMARK] = whole;
}

/**
 * Adds one partition's cell to `target`: both are brought to the larger n, then summed. Calling it
 * in partition order from an empty target gives the same bits however partitions are spread.
 */
export function mergeCell(
  target: Float64Array,
  targetAt: number,
  source: Float64Array,
  sourceAt: number,
): void {
  if (source[sourceAt + COUNT] === 0) return;
  const whole = source[sourceAt + LANDMARK]!;
  if (target[targetAt + COUNT] === 0) target[targetAt + LANDMARK] = whole;
  else if (whole > target[targetAt + LANDMARK]!) advance(target, targetAt, whole);
  const factor = halved(target[targetAt + LANDMARK]! - whole);
  target[targetAt + SUM_V]! += source[sourceAt + SUM_V]! * factor;
  target[targetAt + SUM_VX]! += source[sourceAt + SUM_VX]! * factor;
  target[targetAt + SUM_VXX]! += source[sourceAt + SUM_VXX]! * factor;
  target[targetAt + SUM_VV]! += source[sourceAt + SUM_VV]! * factor * factor;
  target[targetAt + COUNT]! += source[sourceAt + COUNT]!;
}

/** Mean of the observations, each at its decayed weight; NaN for an empty cell. */
export function cellMean(cells: Float64Array, at: number): number {
  return cells[at + SUM_VX]! / cells[at + SUM_V]!;
}

/** Observation mass left at the time that `asOf` gives: sum v decayed. 0 for an empty cell. */
export function cellMass(cells: Float64Array, at: number, asOf: DecayTime): number {
  const sum = cells[at + SUM_V]!;
  if (sum === 0) return 0;
  return (sum * halved(asOf.whole - cells[at + LANDMARK]!)) / asOf.scale;
}

/** Effective sample size (sum v)^2 / sum v^2; independent of the moment; 0 for an empty cell. */
export function cellEffectiveSample(cells: Float64Array, at: number): number {
  const sumVV = cells[at + SUM_VV]!;
  if (sumVV === 0) return 0;
  const sumV = cells[at + SUM_V]!;
  return (sumV * sumV) / sumVV;
}

/** Raw variance s2 of the observations; null when the effective sample is 1 or less. */
export function cellVariance(cells: Float64Array, at: number): number | null {
  const n = cellEffectiveSample(cells, at);
  if (n <= 1) return null;
  const mean = cellMean(cells, at);
  const spread = cells[at + SUM_VXX]! / cells[at + SUM_V]! - mean * mean;
  return (Math.max(0, spread) * n) / (n - 1);
}

/** Raw standard error of the mean, sqrt(s2 / n_eff); null when the variance is. */
export function cellStandardError(cells: Float64Array, at: number): number | null {
  const variance = cellVariance(cells, at);
  return variance === null ? null : Math.sqrt(variance / cellEffectiveSample(cells, at));
}
