import { setTimeout as delay } from 'node:timers/promises';
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LogMessage } from './message-rows.ts';
import { checkStream, logReplaced } from './positions.ts';

/** Messages that one request may bring, and roughly how many bytes. */
const MESSAGES_PER_FETCH = 256;
const BYTES_PER_FETCH = 4 * 1024 * 1024;
/** An idle request ends after this; a lost one is noticed in the same time. */
const FETCH_MS = 2_000;
/** The server forgets a consumer that has not asked for so long; the reader then makes another. */
const CONSUMER_MS = 60_000;
const RETRY_MS = 250;

/**
 * Reads one stream from a sequence on, in order, without a gap and without a repeat, whatever happens
 * to the connection or the server. It asks for messages only while `read` runs, so a caller that
 * stops calling leaves them in the log.
 */
export class StreamReader {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #stream: string;
  readonly #signal: AbortSignal;
  #consumer: Consumer | null = null;
  /** Messages that the consumer has sent; a jump means that some were lost on the way. */
  #delivered = 0;
  #next: number;
  #bytesPerMessage = 1;
  #isAtEnd = false;
  /** When the log took the message before `#next`, if this reader has had it; epoch milliseconds. */
  #lastMs: number | null = null;

  private constructor(
    nc: NatsConnection,
    jsm: JetStreamManager,
    stream: string,
    next: number,
    signal: AbortSignal,
  ) {
    this.#nc = nc;
    this.#js = jetstream(nc);
    this.#jsm = jsm;
    this.#stream = stream;
    this.#next = next;
    this.#signal = signal;
  }

  /** @param next first sequence to read, from 1 */
  static async open(
    nc: NatsConnection,
    stream: string,
    next: number,
    signal: AbortSignal,
  ): Promise<StreamReader> {
    // Without asking the server, which may be away.
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    return new StreamReader(nc, jsm, stream, next, signal);
  }

  /** The last `read` brought nothing, because the stream has nothing more. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /**
   * Gives `take` the next messages as they come, at least one unless the stream stays idle for some
   * seconds or the signal aborts. What `take` gets is a view on a buffer that is used again; what it
   * throws, `read` rejects with, and with FirstcallError as checkStream() throws. Returns the trouble
   * that it had with the server, null if none; the next call goes on where this one ended.
   */
  async read(take: (message: LogMessage) => void): Promise<unknown> {
    if (this.#signal.aborted) return null;
    let taking = false;
    this.#isAtEnd = false;
    const first = this.#next;
    try {
      this.#consumer ??= await this.#createConsumer();
      await this.#fetch(this.#consumer, (message) => {
        taking = true;
        take(message);
        taking = false;
      });
      if (this.#next === first && !this.#signal.aborted) await this.#lookAround();
      return null;
    } catch (error) {
      this.#consumer = null;
      if (taking || this.#nc.isClosed() || error instanceof FirstcallError) throw error;
      await delay(RETRY_MS, undefined, { signal: this.#signal }).catch(() => {});
      return error;
    }
  }

  /**
   * Nothing came: there may be nothing, or the newest messages were lost with a connection, which a
   * consumer that outlived it would send no second time.
   */
  async #lookAround(): Promise<void> {
    if (this.#consumer === null) return;
    const { delivered, num_pending } = await this.#consumer.info();
    if (delivered.consumer_seq !== this.#delivered) this.#consumer = null;
    else this.#isAtEnd = num_pending === 0;
  }

  async #createConsumer(): Promise<Consumer> {
    const { state } = await this.#jsm.streams.info(this.#stream);
    // The server would move a start that it does not have, up or down, and say nothing.
    checkStream(this.#stream, this.#next - 1, state);
    await this.#checkLast();
    const { name } = await this.#jsm.consumers.add(this.#stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#next,
      inactive_threshold: nanos(CONSUMER_MS),
      mem_storage: true,
    });
    this.#delivered = 0;
    return await this.#js.consumers.get(this.#stream, name);
  }

  async #fetch(consumer: Consumer, take: (message: LogMessage) => void): Promise<void> {
    const max = Math.ceil(BYTES_PER_FETCH / this.#bytesPerMessage);
    const messages = await consumer.fetch({
      max_messages: Math.min(MESSAGES_PER_FETCH, max),
      expires: FETCH_MS,
    });
    const stop = () => void messages.close();
    this.#signal.addEventListener('abort', stop);
    try {
      for await (const message of messages) {
        if (!this.#isNext(message)) break;
        take(toLogMessage(message));
      }
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
  }

  /** The end of a log that was lost in a power cut may have been filled with other messages since. */
  async #checkLast(): Promise<void> {
    if (this.#lastMs === null) return;
    const last = this.#next - 1;
    const message = await this.#jsm.streams.getMessage(this.#stream, { seq: last });
    // Null: it was deleted. A millisecond: nanoseconds as a number may have been rounded up.
    if (message === null || Math.abs(message.time.getTime() - this.#lastMs) <= 1) return;
    throw logReplaced(this.#stream, last, `message ${last} is another one now`);
  }

  /** False drops the consumer: a message was lost between the server and us. */
  #isNext(message: JsMsg): boolean {
    const { deliverySequence, streamSequence } = message.info;
    if (deliverySequence !== this.#delivered + 1) {
      this.#consumer = null;
      return false;
    }
    this.#delivered = deliverySequence;
    this.#next = streamSequence + 1;
    this.#lastMs = Math.floor(message.info.timestampNanos / 1e6);
    this.#bytesPerMessage = Math.max(this.#bytesPerMessage * 0.99, message.data.length, 1);
    return true;
  }
}

function toLogMessage(message: JsMsg): LogMessage {
  return {
    subject: message.subject,
    sequence: message.seq,
    tsLogUs: Number(message.timestampNanos / 1000n),
    bytes: message.data,
    header: (name) => message.headers?.get(name) ?? '',
  };
}
