import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { encode, MAX_MESSAGE_BYTES } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { encodeEvents } from '../../schemas/event-message.ts';
import type { EventKind, FirstcallEvent } from '../../schemas/events.ts';
import type { Selection } from '../../schemas/selection.ts';
import type { AuditKind, LogNames, PartitionName } from '../../schemas/subjects.ts';
import type { TcaMessage } from '../../schemas/tca-message.ts';
import type { DeadLetterReason } from '../../schemas/validate.ts';
import { BrokerWatch } from './broker-watch.ts';
import { ChainedLog } from './chained-log.ts';
import { Outbox, type SpoolOptions } from './outbox.ts';
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
  /**
   * For a feed: events go to a file while the broker is away, and are published from there before any
   * others, by the next process if need be. Time without the broker then does not count for `giveUpMs`.
   */
  readonly spool?: SpoolOptions;
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
   * any earlier message has failed for good. With a spool: resolves once it is on its way or written
   * to the spool's file, and rejects with `spoolFull` or `spoolFailed` where that does not take it.
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
  /**
   * Resolves when everything is stored by the server or stands in the spool, synced to the disk: then it
   * is confirmed. Rejects as flush() does, and with `spoolFailed`. Without a spool: flush().
   */
  kept(): Promise<void>;
  /** Waits as kept() does and gives the spool back. Nothing may be published afterwards. */
  close(): Promise<void>;
  /** Events that the server has stored. */
  readonly published: number;
}

/** Room for the headers, which NATS counts as part of a message. */
const HEADER_BYTES = 512;
const LETTER_BYTES = 4_096;
const DETAIL_CHARACTERS_MAX = 1_000;

/**
 * A publisher over a connection. With a spool it throws FirstcallError `storeInUse` when another process
 * has the file, and `spoolUnusable` where it cannot be made or written.
 */
export function createPublisher(
  nc: NatsConnection,
  names: LogNames,
  options: PublisherOptions = {},
): EventPublisher {
  return new LogPublisher(nc, names, options);
}

class LogPublisher implements EventPublisher {
  readonly #names: LogNames;
  readonly #messageBytesMax: number;
  readonly #outbox: Outbox;
  readonly #chain: ChainedLog;
  readonly #idPrefix = randomUUID();
  #nextId = 0;
  #failure: FirstcallError | null = null;

  constructor(nc: NatsConnection, names: LogNames, options: PublisherOptions) {
    this.#names = names;
    const serverBytesMax = nc.info?.max_payload ?? MAX_MESSAGE_BYTES;
    this.#messageBytesMax = Math.min(MAX_MESSAGE_BYTES, serverBytesMax) - HEADER_BYTES;
    const trouble = {
      ackTimeoutMs: options.ackTimeoutMs ?? 5_000,
      giveUpMs: options.giveUpMs ?? 600_000,
    };
    this.#outbox = new Outbox(nc, {
      ...trouble,
      maxInFlight: options.maxInFlight ?? 2_000,
      maxInFlightBytes: options.maxInFlightBytes ?? 16 << 20,
      spool: options.spool,
      onFailed: (error) => {
        this.#failure ??= error;
      },
    });
    this.#chain = new ChainedLog(nc, names, {
      ...trouble,
      onFailed: (error) => this.#outbox.fail(error),
    });
    new BrokerWatch(nc, (isAway) => isAway && this.#chain.pause());
  }

  get published(): number {
    return this.#outbox.published;
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
      await this.#outbox.enqueue(stream, { subject, bytes, messageId: this.#newId(), eventCount });
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
    await this.#outbox.enqueue(this.#names.deadLetterStream, {
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
    await this.#outbox.enqueue(this.#names.tcaStream, {
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
    await Promise.all([this.#outbox.flush(), this.#chain.flush()]);
  }

  async kept(): Promise<void> {
    await Promise.all([this.#outbox.kept(), this.#chain.flush()]);
  }

  async close(): Promise<void> {
    await this.#chain.flush().finally(() => this.#outbox.close());
  }

  /** Halves until each message fits. */
  #encode(events: readonly FirstcallEvent[]): Array<{ bytes: Uint8Array; eventCount: number }> {
    const bytes = encodeEvents(events);
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

  #newId(): string {
    this.#nextId += 1;
    return `${this.#idPrefix}-${this.#nextId}`;
  }
}
