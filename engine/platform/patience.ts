const BACKOFF_MS = 50;
const BACKOFF_MS_MAX = 2_000;

/** How long somebody who wants something stored goes on trying, and how long between two attempts. */
export class Patience {
  readonly #giveUpMs: number;
  /** Attempts since there was progress last. */
  #failures = 0;
  #progressMs = 0;

  /** `giveUpMs`: how long there may be no progress. */
  constructor(giveUpMs: number) {
    this.#giveUpMs = giveUpMs;
  }

  get isOver(): boolean {
    return performance.now() - this.#progressMs > this.#giveUpMs;
  }

  /** Something was stored, or somebody idle got something to do. */
  renew(): void {
    this.#failures = 0;
    this.#progressMs = performance.now();
  }

  /** The time without progress until now does not count. */
  pardon(): void {
    this.#progressMs = performance.now();
  }

  /** Milliseconds until the next attempt, longer each time. */
  nextWaitMs(): number {
    this.#failures += 1;
    return Math.min(BACKOFF_MS * 2 ** this.#failures, BACKOFF_MS_MAX);
  }
}
