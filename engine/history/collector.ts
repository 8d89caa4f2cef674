import type { Batch, Row } from './row.ts';

/** A batch is taken when it has so many rows, or so much text, or its first message is so old. */
const BATCH_ROWS_MAX = 10_000;
const BATCH_LENGTH_MAX = 16 * 1024 * 1024;
const BATCH_MS = 1_000;
/** A stream is not read further while so much of it waits here: the log is the buffer. */
const WAITING_LENGTH_MAX = 4 * 1024 * 1024;
/** What a message without rows counts for. */
const EMPTY_LENGTH = 64;
const COMPACT_AFTER = 1024;

interface WaitingMessage {
  readonly sequence: number;
  readonly rows: readonly Row[];
  /** Characters of its rows. */
  readonly length: number;
}

/** Rows between the streams that bring them and the tables that take them. */
export class Collector {
  readonly #streams = new Map<string, WaitingStream>();
  #rows = 0;
  #length = 0;
  #firstAtMs: number | null = null;
  #wake: () => void = () => {};

  /** Characters of what waits here. */
  get length(): number {
    return this.#length;
  }

  add(stream: string, sequence: number, rows: readonly Row[]): void {
    const length = rows.reduce((sum, row) => sum + row.line.length, EMPTY_LENGTH);
    this.#waiting(stream).push({ sequence, rows, length });
    this.#rows += rows.length;
    this.#length += length;
    this.#firstAtMs ??= performance.now();
    if (this.#rows >= BATCH_ROWS_MAX || this.#length >= BATCH_LENGTH_MAX) this.#wake();
  }

  /** Resolves when more of this stream may be added, or nothing more will be taken. */
  async room(stream: string): Promise<void> {
    await this.#waiting(stream).room();
  }

  /** Lets everybody go who waits for room. */
  close(): void {
    for (const stream of this.#streams.values()) stream.release();
  }

  /** The next batch, as soon as it is full or old enough; null once the signal aborts. */
  async next(signal: AbortSignal): Promise<Batch | null> {
    while (!signal.aborted) {
      if (this.#isDue()) return this.#take();
      await this.#sleep(signal);
    }
    return null;
  }

  #isDue(): boolean {
    if (this.#firstAtMs === null) return false;
    if (this.#rows >= BATCH_ROWS_MAX || this.#length >= BATCH_LENGTH_MAX) return true;
    return performance.now() - this.#firstAtMs >= BATCH_MS;
  }

  /** Until the batch is full, or may be old enough. */
  #sleep(signal: AbortSignal): Promise<void> {
    const waitedMs = this.#firstAtMs === null ? 0 : performance.now() - this.#firstAtMs;
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        // The signal outlives every batch, and would keep all their listeners.
        signal.removeEventListener('abort', wake);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, BATCH_MS - waitedMs));
      signal.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }

  /** One message of each stream in turn, so that a busy stream does not hold the others back. */
  #take(): Batch {
    const rows: Row[] = [];
    const through: Record<string, number> = {};
    let length = 0;
    for (let found = true; found; ) {
      found = false;
      for (const [name, stream] of this.#streams) {
        if (rows.length >= BATCH_ROWS_MAX || length >= BATCH_LENGTH_MAX) break;
        const message = stream.shift();
        if (message === undefined) continue;
        found = true;
        through[name] = message.sequence;
        length += message.length;
        for (const row of message.rows) rows.push(row);
      }
    }
    this.#rows -= rows.length;
    this.#length -= length;
    this.#firstAtMs = [...this.#streams.values()].some((s) => s.count > 0)
      ? performance.now()
      : null;
    return { rows, through };
  }

  #waiting(stream: string): WaitingStream {
    let waiting = this.#streams.get(stream);
    if (waiting === undefined) {
      waiting = new WaitingStream();
      this.#streams.set(stream, waiting);
    }
    return waiting;
  }
}

/** The messages of one stream, first in first out. */
class WaitingStream {
  #messages: WaitingMessage[] = [];
  #head = 0;
  #length = 0;
  #waiters: (() => void)[] = [];

  get count(): number {
    return this.#messages.length - this.#head;
  }

  push(message: WaitingMessage): void {
    this.#messages.push(message);
    this.#length += message.length;
  }

  shift(): WaitingMessage | undefined {
    const message = this.#messages[this.#head];
    if (message === undefined) return undefined;
    this.#head++;
    this.#length -= message.length;
    if (this.#head === this.#messages.length || this.#head >= COMPACT_AFTER) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    if (this.#length < WAITING_LENGTH_MAX) this.release();
    return message;
  }

  async room(): Promise<void> {
    if (this.#length < WAITING_LENGTH_MAX) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  release(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
