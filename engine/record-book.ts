import type { JsMsg } from '@nats-io/jetstream';
import type { RecordVersion } from '../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../schemas/reference.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import { takeEvents } from '../workers/event-intake.ts';

/** Dealers kept. */
const DEALERS_MAX = 20_000;
/** Instruments kept of a partition; further ones cannot be looked up or edited. */
const INSTRUMENTS_MAX = 100_000;
/** Event ids of a record that are remembered, so that a repeat of an old version is no news. */
const IDS_PER_RECORD_MAX = 64;

export interface RecordChange<R> {
  readonly version: RecordVersion<R>;
  readonly before: RecordVersion<R> | undefined;
}

interface Known<R> {
  version: RecordVersion<R>;
  readonly eventIds: string[];
}

/**
 * Which record holds for each id: the newest in the log. Whoever reads the same messages comes to the
 * same records, now or later.
 */
export class RecordBook<R extends DealerEvent | InstrumentEvent> {
  readonly #idOf: (record: R) => string;
  readonly #recordsMax: number;
  readonly #records = new Map<string, Known<R>>();
  #refused = 0;

  /** Records beyond `recordsMax` are refused and counted. */
  constructor(idOf: (record: R) => string, recordsMax: number) {
    this.#idOf = idOf;
    this.#recordsMax = recordsMax;
  }

  get size(): number {
    return this.#records.size;
  }

  get refused(): number {
    return this.#refused;
  }

  /** Whether a record of an id that is not here yet would be refused. */
  get isFull(): boolean {
    return this.#records.size >= this.#recordsMax;
  }

  /** In the order in which they first came. */
  get ids(): IterableIterator<string> {
    return this.#records.keys();
  }

  get(id: string): RecordVersion<R> | undefined {
    return this.#records.get(id)?.version;
  }

  /**
   * Takes the records of a message all at once, since its sequence is what a decision names the records
   * by; returns those that are news. Messages come in the order of the log.
   */
  take(message: JsMsg, partition: PartitionName, partitions: number): RecordChange<R>[] {
    // A count of what is refused would be off by it: the place in a message counts them all.
    const refused = new Set<number>();
    const events = takeEvents(message, partition, partitions, (_, index) => refused.add(index));
    const changes: RecordChange<R>[] = [];
    let index = 0;
    for (const event of events) {
      while (refused.has(index)) index++;
      const change = this.#note({ sequence: message.seq, index: index++, record: event as R });
      if (change !== null) changes.push(change);
    }
    return changes;
  }

  /** Null: there is nothing new. */
  #note(version: RecordVersion<R>): RecordChange<R> | null {
    const id = this.#idOf(version.record);
    const known = this.#records.get(id);
    if (known === undefined) {
      if (this.isFull) {
        this.#refused++;
        return null;
      }
      this.#records.set(id, { version, eventIds: [version.record.id] });
      return { version, before: undefined };
    }
    if (known.eventIds.includes(version.record.id)) return null;
    const before = known.version;
    known.version = version;
    known.eventIds.push(version.record.id);
    if (known.eventIds.length > IDS_PER_RECORD_MAX) known.eventIds.shift();
    return { version, before };
  }
}

export function dealerBook(recordsMax = DEALERS_MAX): RecordBook<DealerEvent> {
  return new RecordBook(({ dealerId }) => dealerId, recordsMax);
}

export function instrumentBook(): RecordBook<InstrumentEvent> {
  return new RecordBook(({ instrumentId }) => instrumentId, INSTRUMENTS_MAX);
}
