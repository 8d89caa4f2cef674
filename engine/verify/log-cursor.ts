import { type JsMsg, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { StreamReader } from '../../workers/stream-reader.ts';

/** Messages read ahead of what is taken; beyond it the stream is read on once all are taken. */
const AHEAD_MAX = 1_000;

/** Takes one stream message by message, from its first, at the caller's own pace. */
export class LogCursor {
  readonly stream: string;
  readonly #nc: NatsConnection;
  readonly #reader: StreamReader;
  #ahead: JsMsg[] = [];
  /** Of those ahead, how many are taken already. */
  #taken = 0;
  #isPaused = false;
  #sequence = 0;
  #last = 0;
  #wake: (() => void) | null = null;

  private constructor(nc: NatsConnection, stream: string) {
    this.stream = stream;
    this.#nc = nc;
    this.#reader = new StreamReader(nc, stream, (message) => this.#arrived(message));
  }

  /** Throws FirstcallError `logTruncated` as StreamReader does. */
  static async open(nc: NatsConnection, stream: string): Promise<LogCursor> {
    const cursor = new LogCursor(nc, stream);
    cursor.#last = await cursor.#reader.start();
    return cursor;
  }

  /** Sequence of the last message taken. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The next message, once `ready` has said that there is one. */
  get head(): JsMsg {
    return this.#ahead[this.#taken]!;
  }

  get isReady(): boolean {
    return this.#taken < this.#ahead.length;
  }

  /**
   * Whether there is a next message; waits for it while the stream has one. `looksAgain`: the stream may
   * have grown since it was opened.
   */
  async ready(looksAgain = false): Promise<boolean> {
    while (!this.isReady) {
      if (looksAgain && this.#sequence >= this.#last) await this.#lookAtEnd();
      if (this.#sequence >= this.#last) return false;
      await this.#more();
    }
    return true;
  }

  take(): JsMsg {
    const message = this.head;
    this.#taken++;
    this.#sequence = message.seq;
    return message;
  }

  async close(): Promise<void> {
    await this.#reader.stop();
  }

  #arrived(message: JsMsg): void {
    this.#ahead.push(message);
    if (message.seq > this.#last) this.#last = message.seq;
    if (this.#ahead.length - this.#taken >= AHEAD_MAX) {
      this.#isPaused = true;
      this.#reader.pause();
    }
    this.#wake?.();
  }

  async #more(): Promise<void> {
    this.#ahead = [];
    this.#taken = 0;
    if (this.#isPaused) {
      this.#isPaused = false;
      await this.#reader.resume();
    }
    if (this.isReady) return;
    const arrived = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([arrived, this.#reader.failed]);
    this.#wake = null;
  }

  async #lookAtEnd(): Promise<void> {
    const jsm = await jetstreamManager(this.#nc);
    this.#last = Math.max(this.#last, (await jsm.streams.info(this.stream)).state.last_seq);
  }
}
