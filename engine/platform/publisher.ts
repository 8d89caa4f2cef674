import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { encode, MAX_MESSAGE_BYTES } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { EventKind, FirstcallEvent } from '../../schemas/events.ts';
import type { Selection } from '../../schemas/selection.ts';
import type { AuditKind, LogNames, PartitionName } from '../../schemas/subjects.ts';
import type { TcaMessage } from '../../schemas/tca-message.ts';
import type { DeadLetterReason } from '../../schemas/validate.ts';
import { ChainedLog } from './chained-log.ts';
import { type OutboundMessage, PublishLane } from './publish-lane.ts';
import { encodeTcaMessage } from './tca-bytes.ts';

export interface PublisherOptions {
  /** Messages sent and not acked; publish() waits beyond. Default 2,000. */
  readonly maxInFlight?: number;
  /** Bytes sent and not acked; publish() waits beyond. Default 16 MiB. */
  readonly maxInFlightBytes?: number;
  /** How long one attempt waits for its ack. Default 5 s. */
  readonly ackTimeoutMs?: number;
  /**
   * How long a stream may take nothing before the publisher fails. Default 10 minutes; beyond the
   * two of the server's dedupe window a repeat can be logged twice, which event ids make harmless.
   */
  readonly giveUpMs?: number;
}

/**
 * For an engine, which goes on serving while the log takes nothing: what it holds meanwhile is bounded,
 * and one that ended would lose it.
 */
export const NEVER_GIVES_UP: PublisherOptions = { giveUpMs: Number.POSITIVE_INFINITY };

/** A message that could not be used, and where it came from. */
interface DeadLetter {
  /** What was wrong, where. */
  readonly detail: string;
  readonly subject?: string;
  readonly partition?: PartitionName;
  readonly sequence?: number;
  /** Which event of the message, from 0. */
  readonly index?: number;
  /** The message as it came; what does not fit into a message is cut, and `detail` says so. */
  readonly bytes: Uint8Array;
}

export interface EventPublisher {
  /**
   * One message of events of one kind and one partition; too many bytes become several messages.
   * Resolves once it is on its way, and waits for room while too much is not acked. Rejects with
   * FirstcallError `messageTooLarge` for one event beyond the limit, and with `publishFailed` once
   * any earlier message has failed for good.
   */
  publish(
    partition: PartitionName,
    kind: EventKind,
    events: readonly FirstcallEvent[],
  ): Promise<void>;
  /** Like publish(). The same letter within two minutes is kept once. */
  deadLetter(reason: DeadLetterReason, letter: DeadLetter): Promise<void>;
  /** Records a selection in the audit log; resolves and rejects as ChainedLog.append() does. */
  decision(selection: Selection): Promise<void>;
  /** Like publish(). The same analysis by the same model within two minutes is kept once. */
  analysis(message: TcaMessage): Promise<void>;
  /** Like decision(): another record. The same `id` within two minutes is kept once. */
  audit(kind: AuditKind, entry: object, id: string): Promise<void>;
  /** Resolves when the server has stored everything; rejects with `publishFailed`. */
  flush(): Promise<void>;
  /** Events that the server has stored. */
  readonly published: number;
}

/** Room for the headers, which NATS counts as part of a message. */
const HEADER_BYTES = 512;
const LETTER_BYTES = 4_096;
const DETAIL_CHARACTERS_MAX = 1_000;

export function createPublisher(
  nc: NatsConnection,
  names: LogNames,
  options: PublisherOptions = {},
): EventPublisher {
  return new LogPublisher(nc, names, options);
}

class LogPublisher implements EventPublisher {
  readonly #names: LogNames;
  readonly #maxInFlight: number;
  readonly #maxInFlightBytes: number;
  readonly #messageBytesMax: number;
  readonly #openLane: () => PublishLane;
  readonly #chain: ChainedLog;
  readonly #lanes = new Map<string, PublishLane>();
  readonly #idPrefix = randomUUID();
  /** Calls of publish() that wait for room: as many as the caller makes without awaiting. */
  readonly #waiting: Array<{ start(): void; reject(error: Error): void }> = [];
  readonly #flushes: Array<{ resolve(): void; reject(error: Error): void }> = [];
  #nextId = 0;
  #inFlight = 0;
  #inFlightBytes = 0;
  #published = 0;
  #failure: FirstcallError | null = null;

  constructor(nc: NatsConnection, names: LogNames, options: PublisherOptions) {
    this.#names = names;
    this.#maxInFlight = options.maxInFlight ?? 2_000;
    this.#maxInFlightBytes = options.maxInFlightBytes ?? 16 << 20;
    const serverBytesMax = nc.info?.max_payload ?? MAX_MESSAGE_BYTES;
    this.#messageBytesMax = Math.min(MAX_MESSAGE_BYTES, serverBytesMax) - HEADER_BYTES;
    const js = jetstream(nc);
    const trouble = {
      ackTimeoutMs: options.ackTimeoutMs ?? 5_000,
      giveUpMs: options.giveUpMs ?? 600_000,
      onFailed: (error: FirstcallError) => this.#failed(error),
    };
    this.#openLane = () =>
      new PublishLane(nc, js, { ...trouble, onAcked: (message) => this.#acked(message) });
    this.#chain = new ChainedLog(nc, names, trouble);
    void this.#watch(nc);
  }

  get published(): number {
    return this.#published;
  }

  async publish(
    partition: PartitionName,
    kind: EventKind,
    events: readonly FirstcallEvent[],
  ): Promise<void> {
    assert(events.length > 0, 'a message holds at least one event');
    assert(
      events.every((event) => event.kind === kind),
      'a message holds one kind of event',
    );
    const stream = this.#names.stream(partition);
    const subject = this.#names.events(partition, kind);
    for (const { bytes, eventCount } of this.#encode(events)) {
      await this.#enqueue(stream, { subject, bytes, messageId: this.#newId(), eventCount });
    }
  }

  async deadLetter(reason: DeadLetterReason, letter: DeadLetter): Promise<void> {
    const { detail, subject, partition, sequence, index, bytes } = letter;
    const room = this.#messageBytesMax - LETTER_BYTES;
    const cut = bytes.length > room ? ` (the first ${room} of ${bytes.length} bytes)` : '';
    const payload = encode({
      reason,
      detail: detail.slice(0, DETAIL_CHARACTERS_MAX) + cut,
      subject,
      partition,
      sequence,
      index,
      bytes: bytes.subarray(0, room),
    });
    await this.#enqueue(this.#names.deadLetterStream, {
      subject: this.#names.deadLetter(reason, partition ?? 'feed'),
      bytes: payload,
      messageId: createHash('sha256').update(payload).digest('base64url'),
      eventCount: 0,
    });
  }

  async decision(selection: Selection): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    await this.#chain.append(this.#names.decisions, selection);
  }

  async analysis(message: TcaMessage): Promise<void> {
    const { partition, sequence, index, modelHash } = message;
    await this.#enqueue(this.#names.tcaStream, {
      subject: this.#names.tca(partition),
      bytes: encodeTcaMessage(message, this.#messageBytesMax),
      messageId: `tca-${modelHash}-${partition}-${sequence}-${index}`,
      eventCount: 0,
    });
  }

  async audit(kind: AuditKind, entry: object, id: string): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    await this.#chain.append(this.#names.audit(kind), entry, id);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#flushLanes(), this.#chain.flush()]);
  }

  #flushLanes(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.#flushes.push({ resolve, reject }));
  }

  /** Halves until each message fits. */
  #encode(events: readonly FirstcallEvent[]): Array<{ bytes: Uint8Array; eventCount: number }> {
    const bytes = encode(events.length === 1 ? events[0] : events);
    if (bytes.length <= this.#messageBytesMax) return [{ bytes, eventCount: events.length }];
    if (events.length === 1) {
      throw new FirstcallError(
        'messageTooLarge',
        `${events[0]?.kind} ${events[0]?.id}: ${bytes.length} bytes, at most ${this.#messageBytesMax}`,
      );
    }
    const middle = events.length >> 1;
    return [...this.#encode(events.slice(0, middle)), ...this.#encode(events.slice(middle))];
  }

  /** Ends with the connection. */
  async #watch(nc: NatsConnection): Promise<void> {
    for await (const { type } of nc.status()) {
      if (type !== 'disconnect') continue;
      for (const lane of this.#lanes.values()) lane.pause();
      this.#chain.pause();
    }
  }

  #newId(): string {
    this.#nextId += 1;
    return `${this.#idPrefix}-${this.#nextId}`;
  }

  /** Those who wait for room get it in the order in which they came. */
  #enqueue(stream: string, message: OutboundMessage): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#waiting.length === 0 && !this.#isFull()) {
      this.#start(stream, message);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const start = () => {
        this.#start(stream, message);
        resolve();
      };
      this.#waiting.push({ start, reject });
    });
  }

  #start(stream: string, message: OutboundMessage): void {
    this.#inFlight += 1;
    this.#inFlightBytes += message.bytes.length;
    this.#laneOf(stream).push(message);
  }

  #isFull(): boolean {
    return this.#inFlight >= this.#maxInFlight || this.#inFlightBytes >= this.#maxInFlightBytes;
  }

  #laneOf(stream: string): PublishLane {
    let lane = this.#lanes.get(stream);
    if (lane === undefined) {
      lane = this.#openLane();
      this.#lanes.set(stream, lane);
    }
    return lane;
  }

  #acked(message: OutboundMessage): void {
    this.#inFlight -= 1;
    this.#inFlightBytes -= message.bytes.length;
    this.#published += message.eventCount;
    while (this.#waiting.length > 0 && !this.#isFull()) this.#waiting.shift()?.start();
    if (this.#inFlight === 0) for (const flush of this.#flushes.splice(0)) flush.resolve();
  }

  #failed(error: FirstcallError): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    for (const flush of this.#flushes.splice(0)) flush.reject(error);
  }
}
