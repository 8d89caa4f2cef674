import { setTimeout as delay } from 'node:timers/promises';
import {
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';
import type { RecordVersion } from '../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../schemas/reference.ts';
import type { LogNames, PartitionName } from '../schemas/subjects.ts';
import type { RecordBook, RecordChange } from './record-book.ts';

export interface FollowerOptions<R extends DealerEvent | InstrumentEvent> {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partition: PartitionName;
  /** Number of partitions of the log. */
  readonly partitions: number;
  readonly kind: 'dealer' | 'instrument';
  /** Empty; the follower fills it. */
  readonly book: RecordBook<R>;
  /** A record is new or differs in any way; reading goes on when this has resolved. */
  onVersion?(version: RecordVersion<R>, before: RecordVersion<R> | undefined): Promise<void> | void;
  onCaughtUp?(): void;
  /** Reading has stopped and is begun again. */
  onTrouble?(error: unknown): void;
  /** Reading could not be begun again, or what `onVersion` does has failed. */
  onFatal(error: unknown): void;
}

const MESSAGES_IN_FLIGHT_MAX = 200;
/** A consumer that is gone is noticed, by two heartbeats that do not come, within this time. */
const PULL_MS = 5_000;
const REOPEN_MS = 500;
/** Attempts in a row that bring no message: a minute. */
const REOPENS_MAX = 120;
/** Those who wait for a sequence to be read. */
const WAITING_MAX = 1_024;

/**
 * The newest record of each id, as one kind of events of one stream of the log has them. Follows
 * them from the first on. Shards dead-letter what is refused here, and see to it that the log
 * reaches back to its beginning.
 */
export class RecordFollower<R extends DealerEvent | InstrumentEvent> {
  readonly #options: FollowerOptions<R>;
  readonly #js: JetStreamClient;
  readonly #waiting = new Set<{ readonly sequence: number; finish(): void }>();
  readonly #running: Promise<void>;
  readonly #stop = new AbortController();
  #closeConsumer: (() => void) | null = null;
  #sequence = 0;
  #read = 0;
  /** What the stream held at the start; null until that is known. */
  #target: number | null = null;
  #isReady = false;

  constructor(options: FollowerOptions<R>) {
    this.#options = options;
    this.#js = jetstream(options.nc);
    this.#running = this.#run();
  }

  /** Of the newest message that gave a record; 0: none. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether what the stream held at the start has been read. */
  get ready(): boolean {
    return this.#isReady;
  }

  /** Records without room. */
  get refused(): number {
    return this.#options.book.refused;
  }

  get size(): number {
    return this.#options.book.size;
  }

  /** Whether a record of an id that is not here yet would be refused. */
  get isFull(): boolean {
    return this.#options.book.isFull;
  }

  /** Sequence of the newest message of the kind that was read, refused ones too. */
  get read(): number {
    return this.#read;
  }

  get ids(): IterableIterator<string> {
    return this.#options.book.ids;
  }

  version(id: string): RecordVersion<R> | undefined {
    return this.#options.book.get(id);
  }

  /** Resolves once what the stream holds of the kind now has been read, to its last sequence. */
  async readThrough(): Promise<number> {
    const { nc, names, partition, kind } = this.#options;
    const jsm = await jetstreamManager(nc);
    const subject = names.events(partition, kind);
    const newest = await jsm.streams.getMessage(names.stream(partition), {
      last_by_subj: subject,
    });
    const sequence = newest?.seq ?? 0;
    await this.reached(sequence);
    return sequence;
  }

  /** Resolves once the message of a sequence has been read; rejects with `notReady` in time. */
  async reached(sequence: number, waitMs = 10_000): Promise<void> {
    if (this.#read >= sequence) return;
    if (this.#waiting.size >= WAITING_MAX) throw notRead(this.#options.kind);
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve();
      };
      const waiting = { sequence, finish };
      const timer = setTimeout(finish, waitMs);
      this.#waiting.add(waiting);
    });
    if (this.#read < sequence) throw notRead(this.#options.kind);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#closeConsumer?.();
    for (const { finish } of this.#waiting) finish();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const before = this.#read;
      try {
        await this.#follow();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        failures = this.#read > before ? 1 : failures + 1;
        if (error instanceof VersionFailed || failures > REOPENS_MAX) {
          this.#options.onFatal(error instanceof VersionFailed ? error.cause : error);
          return;
        }
        this.#options.onTrouble?.(error);
        await delay(REOPEN_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
      }
    }
  }

  /** Reads on until reading ends, which only `close` may bring about. */
  async #follow(): Promise<void> {
    const { names, partition, kind } = this.#options;
    const stream = names.stream(partition);
    const subject = names.events(partition, kind);
    const jsm = await this.#js.jetstreamManager();
    this.#target ??= (await jsm.streams.getMessage(stream, { last_by_subj: subject }))?.seq ?? 0;
    this.#checkReady();
    const consumer = await this.#js.consumers.get(stream, {
      filter_subjects: subject,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#read + 1,
    });
    const messages = await consumer.consume({
      max_messages: MESSAGES_IN_FLIGHT_MAX,
      expires: PULL_MS,
    });
    this.#closeConsumer = () => void messages.close();
    if (this.#stop.signal.aborted) this.#closeConsumer();
    try {
      for await (const message of messages) await this.#take(message);
    } finally {
      this.#closeConsumer = null;
      messages.stop();
    }
    if (this.#stop.signal.aborted) return;
    throw new FirstcallError('readerEnded', `stream ${stream}: reading ended`);
  }

  async #take(message: JsMsg): Promise<void> {
    if (message.seq <= this.#read) return;
    const { book, partition, partitions } = this.#options;
    const changes = book.take(message, partition, partitions);
    if (changes.length > 0) this.#sequence = message.seq;
    for (const change of changes) await this.#tell(change);
    this.#read = message.seq;
    for (const { sequence, finish } of this.#waiting) if (sequence <= this.#read) finish();
    this.#checkReady();
  }

  async #tell({ version, before }: RecordChange<R>): Promise<void> {
    try {
      await this.#options.onVersion?.(version, before);
    } catch (cause) {
      throw new VersionFailed('', { cause });
    }
  }

  #checkReady(): void {
    if (this.#isReady || this.#target === null || this.#read < this.#target) return;
    this.#isReady = true;
    this.#options.onCaughtUp?.();
  }
}

/** What is done about a version has failed: to read it again would not help. */
class VersionFailed extends Error {}

function notRead(kind: string): FirstcallError {
  return new FirstcallError('notReady', `the engine is still reading ${kind} records; try again`);
}
