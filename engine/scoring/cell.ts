import type { Micros } from '../../schemas/ids.ts';
import { type DecayTime, decayTime, halved, moveTo } from './decay.ts';
import { MEMORIES } from './metrics.ts';

/**
 * A cell holds the decayed sums of one (scope, dealer, metric) in every memory. An observation of
 * value x and quantity q at time t adds v = q 2^(t/H - n) to the sums of a memory of half-life H; n
 * is the whole number of half-lives that the sums are scaled by, the largest that the cell has seen:
 * floor(newest / H), so that the newest time says it for all memories.
 */
export const COUNT = 0;
/** Time of the newest observation that the cell has seen, epoch microseconds. */
export const NEWEST = 1;
const FIRST_SUM = 2;
/** Sums of one memory, counted from `sumsAt`. */
export const SUM_V = 0;
export const SUM_VX = 1;
export const SUM_VXX = 2;
export const SUM_VV = 3;
const SUMS = 4;
/** Doubles of a cell: the count (an exact integer), the newest time, four sums for each memory. */
export const CELL_STRIDE = FIRST_SUM + SUMS * MEMORIES.length;

/**
 * What additions to the sums of a cell have rounded away, so that a withdrawal gives back the sums
 * that there were before: without it, one observation of 70 days left of a five-day memory after
 * the withdrawal of a new one has but seven digits. The slow memory forgets too slowly to need it.
 */
const KEPT_MEMORIES = MEMORIES.length - 1;
export const RESIDUES = SUMS * KEPT_MEMORIES;
/** Doubles that the residues of a cell, two floats in each, take. */
export const RESIDUE_STRIDE = RESIDUES / 2;

/** Where the sums of a memory begin in the cell at `at`. */
export function sumsAt(at: number, memory: number): number {
  return at + FIRST_SUM + SUMS * memory;
}

/** One observation, ready to be added to any number of cells: those of a chain get the same terms. */
export class Addition {
  t: Micros;
  sign: 1 | -1 = 1;
  /** `t` in the half-lives of every memory. */
  readonly times: readonly DecayTime[];
  /** A cell whose newest time is from `from` on and before `to` is scaled as `t` is, in every memory. */
  from = 0;
  to = 0;
  /** [memory x SUMS]: what is added to the sums of a cell that is scaled so. */
  readonly terms = new Float64Array(SUMS * MEMORIES.length);

  constructor(t: Micros, halfLives: readonly Micros[]) {
    this.t = t;
    this.times = halfLives.map((halfLife) => decayTime(t, halfLife));
    this.#setBounds();
  }

  /** The moment of the observations to come. */
  moveTo(t: Micros): void {
    if (t === this.t) return;
    this.t = t;
    for (const time of this.times) moveTo(time, t);
    this.#setBounds();
  }

  #setBounds(): void {
    this.from = Number.NEGATIVE_INFINITY;
    this.to = Number.POSITIVE_INFINITY;
    for (const { halfLife, whole } of this.times) {
      this.from = Math.max(this.from, whole * halfLife);
      this.to = Math.min(this.to, (whole + 1) * halfLife);
    }
  }

  /** An observation (sign 1) or its withdrawal (sign -1) at that moment. */
  set(value: number, quantity: number, sign: 1 | -1): void {
    this.sign = sign;
    for (let memory = 0; memory < this.times.length; memory++) {
      const v = sign * quantity * this.times[memory]!.scale;
      const vx = v * value;
      const at = SUMS * memory;
      this.terms[at + SUM_V] = v;
      this.terms[at + SUM_VX] = vx;
      this.terms[at + SUM_VXX] = vx * value;
      this.terms[at + SUM_VV] = sign * v * v;
    }
  }
}

/**
 * Adds an observation to the cell at `at`, or withdraws it. The cell's residues begin at `residue`.
 * O(1), allocates nothing. A cell whose count returns to 0 is set to +0 sums.
 */
export function addTo(
  cells: Float64Array,
  at: number,
  addition: Addition,
  residues: Float32Array,
  residue: number,
): void {
  const { t, sign, times, terms } = addition;
  const before = cells[at + COUNT]!;
  if (before + sign === 0) {
    for (let i = 0; i < CELL_STRIDE; i++) cells[at + i] = 0;
    for (let i = 0; i < RESIDUES; i++) residues[residue + i] = 0;
    return;
  }
  const newest = before === 0 ? t : cells[at + NEWEST]!;
  const sums = at + FIRST_SUM;
  cells[at + COUNT] = before + sign;
  cells[at + NEWEST] = Math.max(t, newest);
  if (newest < addition.from || newest >= addition.to) {
    if (t > newest) advance(cells, at, newest, times, residues, residue);
    else {
      addScaled(cells, at, newest, addition, residues, residue);
      return;
    }
  }
  for (let i = 0; i < RESIDUES; i++) addKeeping(cells, sums + i, terms[i]!, residues, residue + i);
  for (let i = RESIDUES; i < terms.length; i++) cells[sums + i]! += terms[i]!;
}

/** The same to a cell that has seen a later half-life. */
function addScaled(
  cells: Float64Array,
  at: number,
  newest: Micros,
  { times, terms }: Addition,
  residues: Float32Array,
  residue: number,
): void {
  const sums = at + FIRST_SUM;
  for (let i = 0; i < terms.length; i++) {
    const { halfLife, whole } = times[Math.floor(i / SUMS)]!;
    const factor = halved(Math.floor(newest / halfLife) - whole);
    const term = terms[i]! * (i % SUMS === SUM_VV ? factor * factor : factor);
    if (i < RESIDUES) addKeeping(cells, sums + i, term, residues, residue + i);
    else cells[sums + i]! += term;
  }
}

/** Adds `x` to a sum, and what that rounds away to its residue (Knuth's TwoSum). */
function addKeeping(
  cells: Float64Array,
  sum: number,
  x: number,
  residues: Float32Array,
  residue: number,
): void {
  const before = cells[sum]!;
  const rounded = before + x;
  const added = rounded - before;
  const rest = before - (rounded - added) + (x - added) + residues[residue]!;
  const after = rounded + rest;
  cells[sum] = after;
  residues[residue] = rest - (after - rounded);
}

function advance(
  cells: Float64Array,
  at: number,
  newest: Micros,
  times: readonly DecayTime[],
  residues: Float32Array,
  residue: number,
): void {
  for (let memory = 0; memory < times.length; memory++) {
    const { halfLife, whole } = times[memory]!;
    const factor = halved(whole - Math.floor(newest / halfLife));
    scaleSums(cells, sumsAt(at, memory), factor);
    if (memory < KEPT_MEMORIES) scaleSums(residues, residue + SUMS * memory, factor);
  }
}

function scaleSums(cells: Float64Array | Float32Array, sums: number, factor: number): void {
  if (factor === 1) return;
  cells[sums + SUM_V]! *= factor;
  cells[sums + SUM_VX]! *= factor;
  cells[sums + SUM_VXX]! *= factor;
  cells[sums + SUM_VV]! *= factor * factor;
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
  halfLives: readonly Micros[],
): void {
  if (source[sourceAt + COUNT] === 0) return;
  const from = source[sourceAt + NEWEST]!;
  const to = target[targetAt + COUNT] === 0 ? from : target[targetAt + NEWEST]!;
  const newest = Math.max(from, to);
  for (let memory = 0; memory < halfLives.length; memory++) {
    const halfLife = halfLives[memory]!;
    const n = Math.floor(newest / halfLife);
    const into = sumsAt(targetAt, memory);
    const out = sumsAt(sourceAt, memory);
    if (newest > to) scaleSums(target, into, halved(n - Math.floor(to / halfLife)));
    const factor = newest === from ? 1 : halved(n - Math.floor(from / halfLife));
    target[into + SUM_V]! += source[out + SUM_V]! * factor;
    target[into + SUM_VX]! += source[out + SUM_VX]! * factor;
    target[into + SUM_VXX]! += source[out + SUM_VXX]! * factor;
    target[into + SUM_VV]! += source[out + SUM_VV]! * factor * factor;
  }
  target[targetAt + COUNT]! += source[sourceAt + COUNT]!;
  target[targetAt + NEWEST] = newest;
}

/** What the sums of a memory have to be multiplied by to be those of the time `asOf`. */
export function decayFactor(cells: Float64Array, at: number, asOf: DecayTime): number {
  return halved(asOf.whole - Math.floor(cells[at + NEWEST]! / asOf.halfLife)) / asOf.scale;
}

/** Mean of the observations, each at its decayed weight; NaN for an empty cell. */
export function cellMean(cells: Float64Array, at: number, memory: number): number {
  const sums = sumsAt(at, memory);
  return cells[sums + SUM_VX]! / cells[sums + SUM_V]!;
}

/** Observation mass left at the time that `asOf` gives: sum v decayed. 0 for an empty cell. */
export function cellMass(cells: Float64Array, at: number, memory: number, asOf: DecayTime): number {
  const sum = cells[sumsAt(at, memory) + SUM_V]!;
  return sum === 0 ? 0 : sum * decayFactor(cells, at, asOf);
}

/** Effective sample size (sum v)^2 / sum v^2; independent of the moment; 0 for an empty cell. */
export function cellEffectiveSample(cells: Float64Array, at: number, memory: number): number {
  const sums = sumsAt(at, memory);
  const sumVV = cells[sums + SUM_VV]!;
  if (sumVV === 0) return 0;
  const sumV = cells[sums + SUM_V]!;
  return (sumV * sumV) / sumVV;
}

/**
 * An effective sample no larger than this has no variance. It stands on a hundredth of a degree of
 * freedom, and is what is left when two numbers a hundred times as large are taken from one another.
 */
const EFFECTIVE_SAMPLE_MIN = 1.01;

/** Raw variance s2 of the observations; null when the effective sample is 1, or as good as 1. */
export function cellVariance(cells: Float64Array, at: number, memory: number): number | null {
  const n = cellEffectiveSample(cells, at, memory);
  if (n <= EFFECTIVE_SAMPLE_MIN) return null;
  const sums = sumsAt(at, memory);
  const mean = cellMean(cells, at, memory);
  const spread = cells[sums + SUM_VXX]! / cells[sums + SUM_V]! - mean * mean;
  return (Math.max(0, spread) * n) / (n - 1);
}

/** Raw standard error of the mean, sqrt(s2 / n_eff); null when the variance is. */
export function cellStandardError(cells: Float64Array, at: number, memory: number): number | null {
  const variance = cellVariance(cells, at, memory);
  return variance === null ? null : Math.sqrt(variance / cellEffectiveSample(cells, at, memory));
}
