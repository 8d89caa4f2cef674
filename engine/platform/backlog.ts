interface Caller {
  readonly ticket: number;
  start(): void;
  reject(error: Error): void;
}

interface Flush {
  /** Everything with a smaller ticket is to be gone. */
  readonly ticket: number;
  resolve(): void;
  reject(error: Error): void;
}

/** What a writer holds that is not stored yet: how much there may be, and who waits for less of it. */
export class Backlog {
  readonly #countMax: number;
  readonly #bytesMax: number;
  /** Tickets are given in the order of the calls. */
  #nextTicket = 0;
  /** By ticket, ascending: bytes. */
  readonly #held = new Map<number, number>();
  #bytes = 0;
  /** Callers that wait for room, first come first served. */
  readonly #callers: Caller[] = [];
  readonly #flushes: Flush[] = [];

  constructor(countMax: number, bytesMax: number) {
    this.#countMax = countMax;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#held.size;
  }

  /** Resolves once there was room and `start` has taken it, with the ticket to leave with. */
  admit(bytes: number, start: (ticket: number) => void): Promise<void> {
    const ticket = this.#nextTicket++;
    const enter = () => {
      this.#held.set(ticket, bytes);
      this.#bytes += bytes;
      start(ticket);
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
      this.#callers.push({ ticket, start: startLater, reject });
    });
  }

  leave(ticket: number): void {
    this.#bytes -= this.#held.get(ticket)!;
    this.#held.delete(ticket);
    while (this.#callers.length > 0 && this.#hasRoom()) this.#callers.shift()?.start();
    while (this.#flushes.length > 0 && this.#flushes[0]!.ticket <= this.#oldest) {
      this.#flushes.shift()!.resolve();
    }
  }

  /** Resolves when everything is gone that was here or waited for room, whatever comes meanwhile. */
  flush(): Promise<void> {
    const ticket = this.#nextTicket;
    if (this.#oldest === ticket) return Promise.resolve();
    return new Promise((resolve, reject) => this.#flushes.push({ ticket, resolve, reject }));
  }

  /** Rejects everybody who waits. */
  fail(error: Error): void {
    for (const caller of this.#callers.splice(0)) caller.reject(error);
    for (const flush of this.#flushes.splice(0)) flush.reject(error);
  }

  /** The smallest ticket that is not gone. */
  get #oldest(): number {
    const [held = this.#nextTicket] = this.#held.keys();
    return Math.min(held, this.#callers[0]?.ticket ?? held);
  }

  #hasRoom(): boolean {
    return this.#held.size < this.#countMax && this.#bytes < this.#bytesMax;
  }
}
