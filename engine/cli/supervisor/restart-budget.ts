const FIRST_DELAY_MS = 250;
const DELAY_MS_MAX = 10_000;

/** How often one child may be started again: a crash now and then, not a crash loop. */
export class RestartBudget {
  readonly #restartsMax: number;
  readonly #windowMs: number;
  #restartsMs: number[] = [];

  /** At most `restartsMax` restarts within `windowMs`. */
  constructor(restartsMax: number, windowMs = 60_000) {
    this.#restartsMax = restartsMax;
    this.#windowMs = windowMs;
  }

  /**
   * Milliseconds to wait before the next restart, doubling with each one in the window; null when
   * the budget is spent. `nowMs` is any clock that only goes forward.
   */
  take(nowMs: number): number | null {
    this.#restartsMs = this.#restartsMs.filter((at) => nowMs - at < this.#windowMs);
    const used = this.#restartsMs.length;
    if (used >= this.#restartsMax) return null;
    this.#restartsMs.push(nowMs);
    return Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** used);
  }
}
