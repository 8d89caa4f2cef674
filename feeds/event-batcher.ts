import assert from 'node:assert/strict';
import type { EventKind, FirstcallEvent } from '../schemas/events.ts';
import type { Micros } from '../schemas/ids.ts';
import { type PartitionName, partitionOf } from '../schemas/subjects.ts';

/** Where batches go: `EventPublisher.publish`. */
export type PublishBatch = (
  partition: PartitionName,
  kind: EventKind,
  events: readonly FirstcallEvent[],
) => Promise<void>;

/** Events of one message; each saves the cost of a message of its own, past 50 there is no gain. */
export const MAX_EVENTS_PER_MESSAGE = 50;
/** Events held between two flushes. Past it `add` is a bug: look at `isFull` and flush. */
export const MAX_BUFFERED_EVENTS = 65_536;

/** What must be in the log before what, when things happened at about the same time. */
const LIFECYCLE_ORDER: readonly EventKind[] = [
  'instrument',
  'dealer',
  'tick',
  'axe',
  'order',
  'rfq',
  'quote',
  'quoteCancel',
  'quoteAccept',
  'quoteAcceptReject',
  'fill',
  'fillBust',
  'rfqClosed',
  'orderClosed',
  'tca',
  'clock',
];

/**
 * Groups events by partition and kind, since a message carries one of each, and publishes the groups
 * in lifecycle order, so that no partition hears of an effect before its cause. Within a group the
 * events keep their order. A flush should not span more event time than the engine's lateness.
 */
export class EventBatcher {
  readonly #publish: PublishBatch;
  readonly #partitions: number;
  readonly #groups = new Map<EventKind, Map<PartitionName, FirstcallEvent[]>>();
  /** Instruments that an `instrument` event has named as its benchmark. */
  readonly #benchmarks = new Set<string>();
  /** Remembers the partitions, whose hash costs more than a look-up. Bounded by the instruments. */
  readonly #partitionOf = new Map<string, number>();
  #size = 0;

  constructor(publish: PublishBatch, partitions: number) {
    this.#publish = publish;
    this.#partitions = partitions;
  }

  /** Events that wait for a flush, each counted once per partition it goes to. */
  get size(): number {
    return this.#size;
  }

  /** True once a flush is due, with room for one more `clock` to every partition. */
  get isFull(): boolean {
    return this.#size >= MAX_BUFFERED_EVENTS - this.#partitions - 1;
  }

  /** Holds an event until the next flush. Ticks of benchmarks, dealers and clocks go to `all`. */
  add(event: FirstcallEvent): void {
    assert(this.#size < MAX_BUFFERED_EVENTS, 'batcher is full: flush when isFull');
    if (event.kind === 'clock') {
      this.addClock(event.tsEvent);
      return;
    }
    if (event.kind === 'instrument' && event.benchmarkId !== undefined) {
      this.#benchmarks.add(event.benchmarkId);
    }
    this.#put(this.#partitionFor(event), event);
  }

  /** Tells every partition and `all` that event time has come to `tsEvent`. */
  addClock(tsEvent: Micros): void {
    const event: FirstcallEvent = { kind: 'clock', id: `c-${tsEvent.toString(36)}`, tsEvent };
    for (let partition = 0; partition < this.#partitions; partition++) this.#put(partition, event);
    this.#put('all', event);
  }

  /** Publishes what is held. Resolves when all of it is on its way; rejects as the publisher does. */
  async flush(): Promise<void> {
    const groups = LIFECYCLE_ORDER.map((kind) => ({ kind, parts: this.#groups.get(kind) }));
    this.#groups.clear();
    this.#size = 0;
    for (const { kind, parts } of groups) {
      for (const [partition, events] of parts ?? []) await this.#send(partition, kind, events);
    }
  }

  async #send(partition: PartitionName, kind: EventKind, events: readonly FirstcallEvent[]) {
    for (let start = 0; start < events.length; start += MAX_EVENTS_PER_MESSAGE) {
      await this.#publish(partition, kind, events.slice(start, start + MAX_EVENTS_PER_MESSAGE));
    }
  }

  #partitionFor(event: Exclude<FirstcallEvent, { kind: 'clock' }>): PartitionName {
    if (event.kind === 'dealer') return 'all';
    const { instrumentId } = event;
    if (event.kind === 'tick' && this.#benchmarks.has(instrumentId)) return 'all';
    const known = this.#partitionOf.get(instrumentId);
    if (known !== undefined) return known;
    const partition = partitionOf(instrumentId, this.#partitions);
    this.#partitionOf.set(instrumentId, partition);
    return partition;
  }

  #put(partition: PartitionName, event: FirstcallEvent): void {
    const parts = this.#groups.get(event.kind) ?? new Map<PartitionName, FirstcallEvent[]>();
    const events = parts.get(partition);
    if (events === undefined) parts.set(partition, [event]);
    else events.push(event);
    this.#groups.set(event.kind, parts);
    this.#size++;
  }
}
