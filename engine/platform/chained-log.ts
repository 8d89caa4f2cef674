import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient, jetstream, type PubAck } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { MAX_MESSAGE_BYTES } from '../../schemas/codec-limits.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { hashRecord, linkHeaders } from './audit-chain.ts';
import { Backlog } from './backlog.ts';
import { type ChainHead, ChainReader, type ChainRecord } from './chain-head.ts';
import { Patience } from './patience.ts';
import { answersPing, isConflict, isFinalError } from './publish-errors.ts';

export interface ChainedLogOptions {
  /** How long one attempt waits for its ack. */
  readonly ackTimeoutMs: number;
  /** How long the stream may take nothing before the log fails. */
  readonly giveUpMs: number;
  /** At most once; the log is dead afterwards. */
  readonly onFailed: (error: FirstcallError) => void;
}

/** The record that the next one is linked to. */
interface Tail extends ChainHead {
  /** Null: stored; otherwise the id of a record that is on its way. */
  readonly pendingId: string | null;
}

/** Records on their way; the others wait. */
const IN_FLIGHT_MAX = 256;
const IN_FLIGHT_BYTES_MAX = 16 << 20;
/** Records that are not stored; append() waits beyond. */
const UNSTORED_MAX = 10_000;
const UNSTORED_BYTES_MAX = 64 << 20;
/** Room for the headers, which NATS counts as part of a message. */
const HEADER_BYTES = 1_024;
/**
 * After so many records a writer waits for their acks and then for PAUSE_MS, so that others get a turn:
 * one that met a conflict tries again after at most CONFLICT_MS and needs a moment without new records.
 */
const BURST_MAX = 512;
const BURST_WITH_OTHERS = 64;
const PAUSE_MS = 10;
const CONFLICT_MS = 3;
/** How long after a conflict there are other writers. */
const OTHERS_MS = 2_000;

/**
 * The way into the decision stream, whose records are a chain of hashes: each names the hash of the
 * one before (audit-chain.ts). However many processes write, there is one chain. A record goes out
 * with the sequence that it expects to follow, and, while the one before is not acked, with the id of
 * that, too: the server takes it there or nowhere. Whatever goes wrong, nothing new goes out until
 * every attempt has ended; then the end of the stream is read, what is stored already is left out,
 * and the rest is linked anew and goes out in its old order.
 */
export class ChainedLog {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #reader: ChainReader;
  readonly #options: ChainedLogOptions;
  readonly #payloadBytesMax: number;
  readonly #idPrefix = randomUUID();
  #nextId = 0;
  /** Not sent, or to be sent again; in order. */
  #waiting: ChainRecord[] = [];
  /** Sent in the burst under way and not stored, in order. */
  readonly #sent = new Set<ChainRecord>();
  #sentBytes = 0;
  /** Attempts of the burst that have not ended. */
  #attempts = 0;
  #attemptsInBurst = 0;
  /** Nothing is sent behind a shared id before it is stored. */
  #isBarred = false;
  /** Something went wrong in this burst: nothing more is sent in it. */
  #isTroubled = false;
  /** Counts bursts, to tell an attempt that was given up for lost. */
  #burst = 0;
  /** Null: no burst is under way. */
  #resolveBurst: (() => void) | null = null;
  #isRunning = false;
  readonly #backlog = new Backlog(UNSTORED_MAX, UNSTORED_BYTES_MAX);
  /** Null: to be read. */
  #tail: Tail | null = null;
  /** What went wrong last, null for another writer's record. */
  #lastError: unknown = null;
  #othersUntilMs = 0;
  readonly #patience: Patience;
  #failure: FirstcallError | null = null;

  constructor(nc: NatsConnection, names: LogNames, options: ChainedLogOptions) {
    this.#nc = nc;
    this.#js = jetstream(nc);
    this.#reader = new ChainReader(nc, names);
    this.#options = options;
    this.#patience = new Patience(options.giveUpMs);
    const serverBytesMax = nc.info?.max_payload ?? MAX_MESSAGE_BYTES;
    this.#payloadBytesMax = Math.min(MAX_MESSAGE_BYTES, serverBytesMax) - HEADER_BYTES;
  }

  /**
   * Appends a record, as JSON text. Resolves once it is on its way, and waits for room while too much
   * is not stored. A record whose `messageId` the stream has taken in the last two minutes is kept
   * once. Rejects with FirstcallError `messageTooLarge`, and with `publishFailed` once any earlier
   * record has failed for good.
   */
  async append(subject: string, payload: object, messageId?: string): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(payload));
    if (bytes.length > this.#payloadBytesMax) {
      const message = `${subject}: ${bytes.length} bytes, at most ${this.#payloadBytesMax}`;
      throw new FirstcallError('messageTooLarge', message);
    }
    if (this.#failure !== null) throw this.#failure;
    const isSharedId = messageId !== undefined;
    const id = messageId ?? `${this.#idPrefix}-${++this.#nextId}`;
    await this.#backlog.admit(bytes.length, (ticket) =>
      this.#take({ ticket, subject, bytes, messageId: id, isSharedId, attempt: null }),
    );
  }

  /** Resolves when everything is stored that was appended before; rejects with `publishFailed`. */
  flush(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return this.#backlog.flush();
  }

  /** The connection is lost, and with it every ack that was awaited. */
  pause(): void {
    this.#trouble('the connection to NATS is lost');
    this.#finishBurst();
  }

  #take(record: ChainRecord): void {
    if (this.#backlog.count === 1) this.#patience.renew();
    this.#waiting.push(record);
    if (!this.#isRunning) void this.#run();
    else if (this.#resolveBurst !== null) this.#pump();
  }

  /** Until everything is stored or the log is dead. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0 && this.#failure === null) {
      try {
        this.#tail ??= await this.#readTail();
        await this.#sendBurst();
      } catch (error) {
        this.#trouble(error);
      }
      if (this.#waiting.length > 0) await this.#rest();
    }
    this.#isRunning = false;
  }

  /** Also leaves out the records that an earlier attempt has stored. */
  async #readTail(): Promise<Tail> {
    const head = await this.#reader.head();
    const stored = await this.#reader.findStored(this.#waiting, head.sequence);
    this.#waiting = this.#waiting.filter((record) => !stored.has(record));
    for (const record of stored) this.#stored(record);
    return { ...head, pendingId: null };
  }

  /** Sends what waits, and what comes meanwhile; resolves when every attempt has ended. */
  async #sendBurst(): Promise<void> {
    this.#isTroubled = false;
    this.#isBarred = false;
    this.#attemptsInBurst = 0;
    await new Promise<void>((resolve) => {
      this.#resolveBurst = resolve;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#maySend()) void this.#send(this.#waiting.shift()!);
    if (this.#attempts === 0) this.#finishBurst();
  }

  #maySend(): boolean {
    if (this.#waiting.length === 0 || this.#isTroubled || this.#isBarred) return false;
    if (this.#sent.size >= IN_FLIGHT_MAX || this.#sentBytes >= IN_FLIGHT_BYTES_MAX) return false;
    const hasOthers = performance.now() < this.#othersUntilMs;
    return this.#attemptsInBurst < (hasOthers ? BURST_WITH_OTHERS : BURST_MAX);
  }

  /** What is not known to be stored goes out again; what may be is looked for before. */
  #finishBurst(): void {
    const resolve = this.#resolveBurst;
    if (resolve === null) return;
    this.#resolveBurst = null;
    this.#burst += 1;
    this.#attempts = 0;
    this.#waiting = [...this.#sent, ...this.#waiting];
    this.#sent.clear();
    this.#sentBytes = 0;
    this.#tail = this.#isTroubled ? null : { ...this.#tail!, pendingId: null };
    resolve();
  }

  async #send(record: ChainRecord): Promise<void> {
    const burst = this.#burst;
    this.#attempts += 1;
    this.#attemptsInBurst += 1;
    this.#sent.add(record);
    this.#sentBytes += record.bytes.length;
    this.#isBarred = record.isSharedId;
    try {
      const ack = await this.#publish(record);
      if (burst === this.#burst) this.#acked(record, ack);
    } catch (error) {
      if (burst === this.#burst) this.#refused(record, error);
    }
    if (burst !== this.#burst) return;
    this.#attempts -= 1;
    this.#pump();
  }

  #publish(record: ChainRecord): Promise<PubAck> {
    const { subject, bytes, messageId } = record;
    const { sequence, hash: previous, pendingId } = this.#tail!;
    const hash = hashRecord(previous, subject, messageId, bytes);
    record.attempt = { sequence: sequence + 1, hash };
    this.#tail = { ...record.attempt, pendingId: messageId };
    return this.#js.publish(subject, bytes, {
      msgID: messageId,
      headers: linkHeaders(previous, hash),
      timeout: this.#options.ackTimeoutMs,
      expect: { lastSequence: sequence, ...(pendingId === null ? {} : { lastMsgID: pendingId }) },
    });
  }

  #acked(record: ChainRecord, { duplicate, seq }: PubAck): void {
    this.#sent.delete(record);
    this.#sentBytes -= record.bytes.length;
    this.#isBarred = false;
    // It stands elsewhere than what is linked to it takes for granted.
    if (duplicate || seq !== record.attempt!.sequence) this.#trouble(null);
    this.#stored(record);
  }

  #refused(record: ChainRecord, error: unknown): void {
    if (!isConflict(error)) {
      this.#trouble(error);
      if (isFinalError(error)) this.#die();
      return;
    }
    // For certain not there.
    record.attempt = null;
    this.#othersUntilMs = performance.now() + OTHERS_MS;
    this.#trouble(null);
  }

  #stored(record: ChainRecord): void {
    this.#patience.renew();
    this.#backlog.leave(record.ticket);
  }

  /** An error outweighs the conflicts that follow from it. */
  #trouble(error: unknown): void {
    if (!this.#isTroubled || error !== null) this.#lastError = error;
    this.#isTroubled = true;
  }

  /** Between two bursts: leaves the stream to others, or waits until the server answers again. */
  async #rest(): Promise<void> {
    if (this.#hasGivenUp()) return this.#die();
    if (!this.#isTroubled) return await delay(PAUSE_MS * (0.5 + Math.random()));
    if (this.#lastError === null) return await delay(CONFLICT_MS * Math.random());
    await delay(this.#patience.nextWaitMs());
    while (!(await answersPing(this.#nc, this.#options.ackTimeoutMs))) {
      if (this.#hasGivenUp()) return this.#die();
    }
  }

  #hasGivenUp(): boolean {
    return this.#nc.isClosed() || this.#patience.isOver;
  }

  #die(): void {
    if (this.#failure !== null) return;
    const cause = this.#lastError ?? 'other writers were always faster';
    const what = `${this.#backlog.count} records not stored`;
    const error = new FirstcallError('publishFailed', `${what}: ${cause}`, { cause });
    this.#failure = error;
    this.#waiting = [];
    this.#sent.clear();
    this.#backlog.fail(error);
    this.#options.onFailed(error);
  }
}
