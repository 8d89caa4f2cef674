import type { NatsConnection } from '@nats-io/transport-node';
import {
  createPublisher,
  type EventPublisher,
  NEVER_GIVES_UP,
} from '../engine/platform/publisher.ts';
import type { LogNames, PartitionName } from '../schemas/subjects.ts';
import { DEAD_LETTER_REASONS, type Refusal } from '../schemas/validate.ts';
import { isAfter, type Place, PlaceFinder } from './log-place.ts';

/**
 * Puts what a shard refuses into the dead-letter stream, once: a shard that reads its log again
 * finds in the stream how far it had come before.
 */
export class DeadLetters {
  readonly #publisher: EventPublisher;
  readonly #last: ReadonlyMap<PartitionName, Place>;

  private constructor(publisher: EventPublisher, last: ReadonlyMap<PartitionName, Place>) {
    this.#publisher = publisher;
    this.#last = last;
  }

  static async open(
    nc: NatsConnection,
    names: LogNames,
    partitions: readonly PartitionName[],
  ): Promise<DeadLetters> {
    const letters = await PlaceFinder.open(nc, names.deadLetterStream);
    const last = new Map<PartitionName, Place>();
    for (const partition of partitions) {
      const place = await lastLetter(letters, names, partition);
      if (place !== null) last.set(partition, place);
    }
    return new DeadLetters(createPublisher(nc, names, NEVER_GIVES_UP), last);
  }

  /** Rejects when the letter can not be stored: the shard must then not go on. */
  async put(
    refusal: Refusal,
    from: Place & { readonly partition: PartitionName; readonly subject: string },
    bytes: Uint8Array,
  ): Promise<void> {
    const last = this.#last.get(from.partition);
    if (last !== undefined && !isAfter(from, last)) return;
    await this.#publisher.deadLetter(refusal.reason, { detail: refusal.detail, ...from, bytes });
  }

  flush(): Promise<void> {
    return this.#publisher.flush();
  }
}

async function lastLetter(
  letters: PlaceFinder,
  names: LogNames,
  partition: PartitionName,
): Promise<Place | null> {
  let last: Place | null = null;
  for (const reason of DEAD_LETTER_REASONS) {
    const place = await letters.newest<Place>(names.deadLetter(reason, partition));
    if (place !== null && (last === null || isAfter(place, last))) last = place;
  }
  return last;
}
