import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long this thread stands still for its garbage. */
export class PauseMeter {
  readonly #observer: PerformanceObserver;
  #longestMs = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => this.#see(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Milliseconds of the longest pause since this was last asked; 0: none. */
  async longestMs(): Promise<number> {
    // Entries come with the next turn of the event loop.
    await nextTurn();
    this.#see(this.#observer.takeRecords());
    const longest = this.#longestMs;
    this.#longestMs = 0;
    return longest;
  }

  #see(pauses: readonly PerformanceEntry[]): void {
    for (const { duration } of pauses) this.#longestMs = Math.max(this.#longestMs, duration);
  }
}
