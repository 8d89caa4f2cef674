/**
 * Shortest time between two versions while the log is being caught up with: each version copies the
 * rows that it changes.
 */
const CATCH_UP_INTERVAL_MS = 50;
/** A reader that has put a version off is given this long. */
const DEFERRED_MS = 5;

export interface VersionClockOptions {
  /** Publishes what is applied. Returns false when it has to be tried again. */
  publish(): boolean;
  isCatchingUp(): boolean;
}

/**
 * When a shard publishes: as soon as all that the socket has brought in one turn is applied, so that
 * an event is visible at once, and a shard that has much to do publishes seldomer by itself.
 */
export class VersionClock {
  readonly #options: VersionClockOptions;
  #next: NodeJS.Timeout | NodeJS.Immediate | null = null;
  #lastMs = 0;

  constructor(options: VersionClockOptions) {
    this.#options = options;
  }

  /** There is something to publish. */
  schedule(): void {
    if (this.#next !== null) return;
    const waitMs = this.#options.isCatchingUp()
      ? this.#lastMs + CATCH_UP_INTERVAL_MS - performance.now()
      : 0;
    const publish = (): void => this.publishNow();
    this.#next = waitMs <= 0 ? setImmediate(publish) : setTimeout(publish, waitMs);
  }

  publishNow(): void {
    this.#next = null;
    this.#lastMs = performance.now();
    if (!this.#options.publish()) this.#next = setTimeout(() => this.publishNow(), DEFERRED_MS);
  }
}
