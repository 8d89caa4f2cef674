/** Whether history gets rid of what it reads. */
export interface Health {
  /** Attempts that failed since one succeeded; 0: all is well. */
  readonly failures: number;
  /** Seconds since the first of them. */
  readonly failingSeconds: number;
  /** What the last of them said, '' if all is well. */
  readonly trouble: string;
  /** Failed attempts since the process began. */
  readonly failuresTotal: number;
  /** Rows inserted since the process began. */
  readonly rowsTotal: number;
  /** Characters of the rows that are read and not inserted. */
  readonly waitingCharacters: number;
}

/** Keeps account of attempts. */
export class HealthRecord {
  #failures = 0;
  #failuresTotal = 0;
  #rowsTotal = 0;
  #failingSinceMs = 0;
  #trouble = '';

  failed(error: unknown): void {
    if (this.#failures === 0) this.#failingSinceMs = performance.now();
    this.#failures += 1;
    this.#failuresTotal += 1;
    this.#trouble = String((error as Error | null)?.message ?? error);
  }

  /** Returns for how many seconds it had not worked; null: it had. */
  succeeded(rows: number): number | null {
    const failedSeconds = this.#failures === 0 ? null : this.#failingSeconds;
    this.#rowsTotal += rows;
    this.#failures = 0;
    this.#trouble = '';
    return failedSeconds;
  }

  read(waitingCharacters: number): Health {
    return {
      failures: this.#failures,
      failingSeconds: this.#failingSeconds,
      trouble: this.#trouble,
      failuresTotal: this.#failuresTotal,
      rowsTotal: this.#rowsTotal,
      waitingCharacters,
    };
  }

  get #failingSeconds(): number {
    return this.#failures === 0 ? 0 : (performance.now() - this.#failingSinceMs) / 1000;
  }
}
