import {
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
  jetstream,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';

/**
 * Messages asked for ahead, per stream. All streams of a connection together must stay well under
 * the 64 MB at which the server cuts a client off; messages of fifty events are about 10 KB. Not
 * a limit in bytes: with that, nats-server 2.9.10 now and then answers a pull no more.
 */
const MAX_MESSAGES_IN_FLIGHT = 200;

/**
 * Reads one stream in order, with a synchronous callback. What it delivers
 * has consecutive sequences; anything else fails it. `failed` rejects when reading has ended
 * without `stop` having been called.
 */
export class StreamReader {
  readonly stream: string;
  readonly failed: Promise<never>;
  readonly #js: JetStreamClient;
  readonly #onMessage: (message: JsMsg) => void;
  #fail!: (error: Error) => void;
  #messages: ConsumerMessages | null = null;
  #state: 'reading' | 'paused' | 'stopped' = 'paused';
  /** Sequence of the last message delivered. */
  #delivered: number;
  #generation = 0;

  /** Begins after a sequence whose messages are known, 0 for none. */
  constructor(nc: NatsConnection, stream: string, onMessage: (message: JsMsg) => void, after = 0) {
    this.#delivered = after;
    this.stream = stream;
    this.#js = jetstream(nc);
    this.#onMessage = onMessage;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Whoever races on `failed` sees the error; without a racer it must not end the process.
    this.failed.catch(() => {});
  }

  /**
   * Resolves to the stream's last sequence at this moment. Throws FirstcallError `logTruncated` when
   * the stream no longer reaches back to where this begins.
   */
  async start(): Promise<number> {
    const { state } = await (await this.#js.jetstreamManager()).streams.info(this.stream);
    const from = this.#delivered + 1;
    if (state.last_seq > 0 && state.first_seq > from) {
      throw new FirstcallError(
        'logTruncated',
        `stream ${this.stream} begins at sequence ${state.first_seq}: scores need it from ${from}`,
      );
    }
    await this.resume();
    return state.last_seq;
  }

  /** Stops asking for messages; those already asked for are dropped and asked for again later. */
  pause(): void {
    if (this.#state !== 'reading') return;
    this.#state = 'paused';
    this.#generation++;
    this.#messages?.stop();
    this.#messages = null;
  }

  async resume(): Promise<void> {
    if (this.#state !== 'paused') return;
    this.#state = 'reading';
    // A number of its own for each consumer: messages of an older one may still be on their way,
    // and the first ones of this one may come before `consume` has returned.
    const generation = ++this.#generation;
    const consumer = await this.#js.consumers.get(this.stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#delivered + 1,
    });
    const messages = await consumer.consume({
      max_messages: MAX_MESSAGES_IN_FLIGHT,
      callback: (message) => this.#take(generation, message),
    });
    // Paused or stopped meanwhile: nobody would read what it asks for.
    if (generation !== this.#generation) {
      messages.stop();
      return;
    }
    this.#messages = messages;
    void messages.closed().then((error) => this.#ended(generation, error));
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#generation++;
    await this.#messages?.close();
    this.#messages = null;
  }

  #take(generation: number, message: JsMsg): void {
    if (this.#state !== 'reading' || generation !== this.#generation) return;
    if (message.seq <= this.#delivered) return;
    if (message.seq !== this.#delivered + 1) {
      const gap = `message ${message.seq} came after ${this.#delivered}`;
      this.#abandon(new FirstcallError('logGap', `stream ${this.stream}: ${gap}`));
      return;
    }
    this.#delivered = message.seq;
    try {
      this.#onMessage(message);
    } catch (error) {
      // A callback that throws closes its consumer while everything seems alive: fail loudly.
      this.#abandon(error as Error);
    }
  }

  #ended(generation: number, error: unknown): void {
    if (generation !== this.#generation || this.#state !== 'reading') return;
    this.#abandon(
      new FirstcallError('readerEnded', `stream ${this.stream}: reading ended`, { cause: error }),
    );
  }

  #abandon(error: Error): void {
    this.pause();
    this.#state = 'stopped';
    this.#fail(error);
  }
}
