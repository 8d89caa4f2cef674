import { fnv1a32 } from '../../schemas/subjects.ts';

/** Steps of the grid that the probability of being best is summed on. */
const STEPS = 64;
/** What a dealer's composite may be from its estimate, in standard errors. */
const REACH = 3;

/** A dealer's composite as far as it is known. */
export interface Posterior {
  readonly mean: number;
  readonly standardError: number;
}

/**
 * The probability that each is the best of all: choosing by it is Thompson sampling (Thompson 1933),
 * with the probability known instead of sampled. A posterior is taken as the sum of three uniform
 * variables of its mean and standard error, a bell of bounded reach whose distribution is made of exact
 * operations. Adds up to 1. Cost: posteriors x 64.
 */
export function chancesOfBest(posteriors: readonly Posterior[]): number[] {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { mean, standardError } of posteriors) {
    low = Math.max(low, mean - REACH * standardError);
    high = Math.max(high, mean + REACH * standardError);
  }
  // Nobody that is known for certain can be beaten by one below it.
  if (!(high > low)) return firstBest(posteriors);
  const chances = new Array<number>(posteriors.length).fill(0);
  addChances(posteriors, low, high, chances);
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return total > 0 ? chances.map((chance) => chance / total) : firstBest(posteriors);
}

/** Sums, step by step, the probability that a value lies there and all others below. */
function addChances(
  posteriors: readonly Posterior[],
  low: number,
  high: number,
  chances: number[],
): void {
  const width = (high - low) / STEPS;
  const { length } = posteriors;
  /** Those that are not certainly below the step at hand, `count` of them. */
  const rivals = new Int32Array(length);
  /** Of each rival: the probability of a value below the step, and below its middle. */
  const before = new Float64Array(length);
  const middle = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    rivals[i] = i;
    before[i] = distribution(posteriors[i]!, low);
  }
  let count = keepRivals(rivals, before, length);
  for (let step = 0; step < STEPS; step++) {
    const end = low + width * (step + 1);
    let product = 1;
    let zeros = 0;
    for (let i = 0; i < count; i++) {
      middle[i] = distribution(posteriors[rivals[i]!]!, end - width / 2);
      if (middle[i] === 0) zeros++;
      else product *= middle[i]!;
    }
    for (let i = 0; i < count; i++) {
      const after = distribution(posteriors[rivals[i]!]!, end);
      const others = middle[i] === 0 ? zeros - 1 : zeros;
      if (others === 0) {
        const rest = middle[i] === 0 ? product : product / middle[i]!;
        chances[rivals[i]!]! += (after - before[i]!) * rest;
      }
      before[i] = after;
    }
    count = keepRivals(rivals, before, count);
  }
}

/** Drops who is certainly below: it adds nothing to any further step, and takes nothing from others. */
function keepRivals(rivals: Int32Array, before: Float64Array, count: number): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (before[i] === 1) continue;
    rivals[kept] = rivals[i]!;
    before[kept] = before[i]!;
    kept++;
  }
  return kept;
}

function firstBest(posteriors: readonly Posterior[]): number[] {
  const best = Math.max(...posteriors.map(({ mean }) => mean));
  const first = posteriors.findIndex(({ mean }) => mean === best);
  return posteriors.map((_, i) => (i === first ? 1 : 0));
}

/** P(value <= x) of the sum of three uniform variables with that mean and standard error. */
function distribution({ mean, standardError }: Posterior, x: number): number {
  if (standardError === 0) return x >= mean ? 1 : 0;
  const u = (x - mean) / (2 * standardError) + 1.5;
  if (u <= 0) return 0;
  if (u >= 3) return 1;
  if (u < 1) return (u * u * u) / 6;
  if (u < 2) return (-2 * u * u * u + 9 * u * u - 9 * u + 3) / 6;
  const v = 3 - u;
  return 1 - (v * v * v) / 6;
}

/** A number in [0, 1) that depends on the order's id and on what it is drawn for alone. */
export function drawOf(orderId: string, purpose: string): number {
  let h = fnv1a32(`${purpose}:${orderId}`);
  // FNV's high bits hardly depend on the last characters, where order ids differ.
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Index that a draw in [0, 1) falls on, given chances that add up to 1. */
export function pick(chances: readonly number[], draw: number): number {
  let sum = 0;
  for (let i = 0; i < chances.length; i++) {
    sum += chances[i]!;
    if (draw < sum) return i;
  }
  // What rounding has left over belongs to the last that had any chance.
  return chances.findLastIndex((chance) => chance > 0);
}
