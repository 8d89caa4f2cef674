import { fnv1a32 } from '../../schemas/subjects.ts';

/** Scrambles one 32-bit key into a hash: the finaliser of MurmurHash3 (Appleby, public domain). */
export function mix(hash: number, key: number): number {
  let h = Math.imul(hash ^ key, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on nothing but the hash. */
export function unitOf(hash: number): number {
  return hash / 0x1_0000_0000;
}

/** Hash of a text, to key a stream by an id or to name its purpose. */
export const keyOf = fnv1a32;

/**
 * A stream of random numbers: sfc32 (Chris Doty-Humphrey, PractRand). Each purpose and each thing
 * has a stream of its own, keyed by what it is, so that one more dealer or one more draw in one
 * place reshuffles nothing elsewhere. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `keys` are whole numbers, of which the low 32 bits count. */
  constructor(seed: number, ...keys: number[]) {
    let low = mix(0x243f6a88, seed);
    let high = mix(0xb7e15162, seed);
    for (const key of keys) {
      low = mix(low, key);
      high = mix(high, key);
    }
    this.#a = low;
    this.#b = high;
    this.#c = low ^ high;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Uniform among the whole numbers low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next());
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }

  /** Normal, by Box and Muller; two draws each, so that the stream never depends on a leftover. */
  normal(mean = 0, standardDeviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return mean + standardDeviation * radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Log-normal with the given median; `sigma` is the standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(this.normal(0, sigma));
  }

  /** Exponential waiting time. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Poisson count: the number of unit-mean waiting times that fit. Costs `mean` draws. */
  poisson(mean: number): number {
    let count = 0;
    for (let t = this.exponential(1); t < mean; t += this.exponential(1)) count++;
    return count;
  }
}
