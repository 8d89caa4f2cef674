import { setTimeout as delay } from 'node:timers/promises';
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
const REOPEN_MS = 250;
/** How long a server that is there may refuse to send what it has. */
const REOPEN_MS_MAX = 60_000;

/**
 * Reads one stream in order, with a synchronous callback. What it delivers
 * has consecutive sequences; anything else fails it. A server that goes and comes back is asked
 * for the next message at once. `failed` rejects when reading has ended without `stop` having been
 * called: with FirstcallError `logGap`, `logReplaced`, `readerEnded` or what the server said.
 */
export class StreamReader {
  readonly stream: string;
  readonly failed: Promise<never>;
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #onMessage: (message: JsMsg) => void;
  #fail!: (error: Error) => void;
  #messages: ConsumerMessages | null = null;
  #state: 'reading' | 'paused' | 'stopped' = 'paused';
  /** Sequence of the last message delivered, and when the log took it; null: that is not known. */
  #delivered: number;
  #deliveredMs: number | null = null;
  #generation = 0;
  #isConnected = true;
  /** The server was away since the last message: it may have come back with another log. */
  #mayDiffer = false;

  /** Begins after a sequence whose messages are known, 0 for none. */
  constructor(nc: NatsConnection, stream: string, onMessage: (message: JsMsg) => void, after = 0) {
    this.#delivered = after;
    this.stream = stream;
    this.#nc = nc;
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
    this.#deliveredMs = await this.#loggedMs(this.#delivered);
    void this.#watch();
    this.resume();
    return state.last_seq;
  }

  /** Stops asking for messages; those already asked for are dropped and asked for again later. */
  pause(): void {
    if (this.#state !== 'reading') return;
    this.#state = 'paused';
    this.#drop();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'reading';
    void this.#open();
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#generation++;
    await this.#messages?.close();
    this.#messages = null;
  }

  /**
   * A consumer dies with its server. The client would look for it only when heartbeats are missing,
   * and then for half a minute take a question that was lost for an answer on its way.
   */
  async #watch(): Promise<void> {
    for await (const { type } of this.#nc.status()) {
      if (type === 'disconnect') {
        this.#isConnected = false;
        this.#mayDiffer = true;
        this.#drop();
      }
      if (type === 'reconnect') {
        this.#isConnected = true;
        if (this.#state === 'reading') void this.#open();
      }
    }
  }

  #drop(): void {
    this.#generation++;
    this.#messages?.stop();
    this.#messages = null;
  }

  /** Tries until there is a consumer; while there is no connection, the next one begins anew. */
  async #open(): Promise<void> {
    // A number of its own for each consumer: messages of an older one may still be on their way,
    // and the first ones of this one may come before `consume` has returned.
    const generation = ++this.#generation;
    const end = performance.now() + REOPEN_MS_MAX;
    while (this.#isConnected && generation === this.#generation) {
      try {
        if (this.#mayDiffer) await this.#checkLog();
        await this.#consume(generation);
        return;
      } catch (error) {
        if (!this.#isConnected || generation !== this.#generation) return;
        const isFinal = error instanceof FirstcallError || this.#nc.isClosed();
        if (isFinal || performance.now() > end) return this.#abandon(error as Error);
        await delay(REOPEN_MS);
      }
    }
  }

  async #consume(generation: number): Promise<void> {
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

  /** A server that lost its power may have lost the end of the log, and have taken other messages. */
  async #checkLog(): Promise<void> {
    if (this.#deliveredMs !== null) {
      const loggedMs = (await this.#loggedMs(this.#delivered)) ?? Number.NaN;
      // Nanoseconds as a number may have been rounded up.
      if (!(Math.abs(loggedMs - this.#deliveredMs) <= 1)) {
        const lost = `message ${this.#delivered} is not the one that was read`;
        const why = 'the log has lost its end or was replaced';
        throw new FirstcallError('logReplaced', `stream ${this.stream}: ${lost}: ${why}`);
      }
    }
    this.#mayDiffer = false;
  }

  /** When the log took a message; null: it does not have it. */
  async #loggedMs(sequence: number): Promise<number | null> {
    if (sequence === 0) return null;
    const jsm = await this.#js.jetstreamManager(false);
    const message = await jsm.streams.getMessage(this.stream, { seq: sequence });
    return message?.time.getTime() ?? null;
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
    this.#deliveredMs = Math.floor(message.info.timestampNanos / 1e6);
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
