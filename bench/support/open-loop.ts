import { setTimeout as delay } from 'node:timers/promises';

/** A timer wakes up to a millisecond late; the rest of a wait is spent looking at the clock. */
const TIMER_SLACK_MS = 1.2;

/** What the clock of this process lacks to that of the machine. */
const ORIGIN_NANOS = Number(process.hrtime.bigint()) - performance.now() * 1e6;

/** Monotonic clock of this machine, nanoseconds: processes agree on it within some microseconds. */
export const nowNanos = (): number => performance.now() * 1e6 + ORIGIN_NANOS;

/** Offsets in nanoseconds of `count` sends at a fixed rate. */
export function fixedRate(perSecond: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * 1e9) / perSecond);
}

/**
 * Offsets of sends that come at random, independently of each other and of any clock of what is
 * measured (a Poisson process), for `seconds`. `random` gives numbers in [0, 1).
 */
export function randomArrivals(perSecond: number, seconds: number, random: () => number): number[] {
  const offsets: number[] = [];
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1e9) / perSecond;
    if (at >= seconds * 1e9) return offsets;
    offsets.push(at);
  }
}

/**
 * Open loop: calls `send(i, due)` at each offset after now, whether or not earlier sends have been
 * answered. `due` is the moment at which it should have been sent, on the clock of `nowNanos`; whoever
 * measures from there counts what a stall delays, the sends behind it included.
 */
export async function paceOpenLoop(
  offsets: readonly number[],
  send: (i: number, due: number) => void,
): Promise<void> {
  const start = nowNanos() + 1e6;
  for (let i = 0; i < offsets.length; ) {
    const waitMs = (start + offsets[i]! - nowNanos()) / 1e6;
    if (waitMs <= 0) {
      send(i, start + offsets[i]!);
      i++;
    } else if (waitMs > TIMER_SLACK_MS) {
      await delay(waitMs - TIMER_SLACK_MS);
    } else {
      // Replies are read between two looks.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Small seeded generator (mulberry32) of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
