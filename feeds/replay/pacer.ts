import { setTimeout as sleep } from 'node:timers/promises';
import type { Micros } from '../../schemas/ids.ts';

/** Between two clocks while nothing is due. */
const MAX_REST_MS = 1000;

/** Holds event time back to a speed: `speed` seconds of it per second. */
export class Pacer {
  readonly #speed: number;
  readonly #nowMs: () => number;
  readonly #signal: AbortSignal;
  #startedMs = 0;
  #firstTs: Micros | null = null;

  constructor(speed: number, nowMs: () => number, signal: AbortSignal) {
    this.#speed = speed;
    this.#nowMs = nowMs;
    this.#signal = signal;
  }

  /** True if it is not yet time for an event at `ts`. The first one asked about sets the clock. */
  isEarly(ts: Micros): boolean {
    if (this.#firstTs === null) {
      this.#firstTs = ts;
      this.#startedMs = this.#nowMs();
    }
    return this.#reached() < ts;
  }

  /** Waits until it is time for `ts`; calls `onSecond` now and then with the event time reached. */
  async waitFor(ts: Micros, onSecond: (reached: Micros) => Promise<void>): Promise<void> {
    while (this.isEarly(ts) && !this.#signal.aborted) {
      await onSecond(this.#reached());
      const leftMs = (ts - this.#reached()) / 1000 / this.#speed;
      const restMs = Math.max(1, Math.min(MAX_REST_MS, leftMs));
      await sleep(restMs, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  #reached(): Micros {
    const elapsedMs = this.#nowMs() - this.#startedMs;
    return Math.floor(this.#firstTs! + elapsedMs * 1000 * this.#speed);
  }
}
