/**
 * Shortest time between two versions while the log is being caught up with: each version copies the
 * rows that it changes.
 */
const CATCH_UP_INTERVAL_MS = 50;
/** A reader that has put a version off is given this long. */
const DEFERRED_MS = 5;
/** After so long without a version the next one does not even wait for the end of the turn. */
const QUIET_MS = 1;

export interface VersionClockOptions {
  /** Publishes what is applied. Returns false when it has to be tried again. */
  publish(): boolean;
  isCatchingUp(): boolean;
}

/**
 * When a shard publishes: as soon as all that the socket has brought in one turn is applied, or in one
 * piece where nothing was published just before. So an event is visible at once, and a shard that has
 * much to do publishes seldomer by itself.
 */
export class VersionClock {
  readonly #options: VersionClockOptions;
  #next: NodeJS.Timeout | NodeJS.Immediate | 'now' | null = null;
  #lastMs = 0;

  constructor(options: VersionClockOptions) {
    this.#options = options;
  }

  /** There is something to publish. */
  schedule(): void {
    if (this.#next !== null) return;
    const passedMs = performance.now() - this.#lastMs;
    const waitMs = this.#options.isCatchingUp() ? CATCH_UP_INTERVAL_MS - passedMs : 0;
    const publish = (): void => this.publishNow();
    if (waitMs > 0) {
      this.#next = setTimeout(publish, waitMs);
    } else if (passedMs < QUIET_MS) {
      this.#next = setImmediate(publish);
    } else {
      this.#next = 'now';
      queueMicrotask(publish);
    }
  }

  publishNow(): void {
    this.#next = null;
    this.#lastMs = performance.now();
    if (!this.#options.publish()) this.#next = setTimeout(() => this.publishNow(), DEFERRED_MS);
  }
}
