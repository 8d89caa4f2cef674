/** What the process holds while it works through something. */
export interface MemoryUse {
  /** Resident bytes at a quarter, half, three quarters and all of it. */
  readonly quarters: readonly number[];
  readonly peakBytes: number;
}

/** Resident memory of this process, by progress. */
export class MemoryMeter {
  readonly #total: number;
  readonly #quarters: number[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** Call often with how much is done. */
  reached(done: number): void {
    while (this.#quarters.length < 4 && done >= (this.#total * (this.#quarters.length + 1)) / 4) {
      this.#quarters.push(process.memoryUsage.rss());
    }
  }

  use(): MemoryUse {
    return { quarters: this.#quarters, peakBytes: process.resourceUsage().maxRSS * 1024 };
  }
}
