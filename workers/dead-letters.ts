import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { createPublisher, type EventPublisher } from '../engine/platform/publisher.ts';
import { decode } from '../schemas/codec.ts';
import type { LogNames, PartitionName } from '../schemas/subjects.ts';
import { DEAD_LETTER_REASONS, type Refusal } from '../schemas/validate.ts';

interface Place {
  readonly sequence: number;
  readonly index: number;
}

const isAfter = (a: Place, b: Place): boolean =>
  a.sequence > b.sequence || (a.sequence === b.sequence && a.index > b.index);

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
    const last = new Map<PartitionName, Place>();
    for (const partition of partitions) {
      const place = await lastLetter(nc, names, partition);
      if (place !== null) last.set(partition, place);
    }
    return new DeadLetters(createPublisher(nc, names), last);
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
  nc: NatsConnection,
  names: LogNames,
  partition: PartitionName,
): Promise<Place | null> {
  const jsm = await jetstreamManager(nc);
  let last: Place | null = null;
  for (const reason of DEAD_LETTER_REASONS) {
    const subject = names.deadLetter(reason, partition);
    const message = await jsm.streams.getMessage(names.deadLetterStream, { last_by_subj: subject });
    if (message === null) continue;
    const { sequence, index } = decode(message.data) as Place;
    if (last === null || isAfter({ sequence, index }, last)) last = { sequence, index };
  }
  return last;
}
