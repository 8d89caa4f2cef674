/** What a writer holds that is not stored yet: how much there may be, and who waits for less of it. */
export class Backlog {
  readonly #countMax: number;
  readonly #bytesMax: number;
  #count = 0;
  #bytes = 0;
  /** Callers that wait for room, first come first served. */
  readonly #callers: Array<{ start(): void; reject(error: Error): void }> = [];
  readonly #flushes: Array<{ resolve(): void; reject(error: Error): void }> = [];

  constructor(countMax: number, bytesMax: number) {
    this.#countMax = countMax;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves once there was room and `start` has taken it. */
  admit(bytes: number, start: () => void): Promise<void> {
    const enter = () => {
      this.#count += 1;
      this.#bytes += bytes;
      start();
    };
    if (this.#callers.length === 0 && this.#hasRoom()) {
      enter();
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const startLater = () => {
        enter();
        resolve();
      };
      this.#callers.push({ start: startLater, reject });
    });
  }

  leave(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    while (this.#callers.length > 0 && this.#hasRoom()) this.#callers.shift()?.start();
    if (this.#count === 0) for (const flush of this.#flushes.splice(0)) flush.resolve();
  }

  /** Resolves when it is empty. */
  empty(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.#flushes.push({ resolve, reject }));
  }

  /** Rejects everybody who waits. */
  fail(error: Error): void {
    for (const caller of this.#callers.splice(0)) caller.reject(error);
    for (const flush of this.#flushes.splice(0)) flush.reject(error);
  }

  #hasRoom(): boolean {
    return this.#count < this.#countMax && this.#bytes < this.#bytesMax;
  }
}
