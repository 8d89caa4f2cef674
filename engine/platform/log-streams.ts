import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogNames, PartitionName } from '../../schemas/subjects.ts';
import { contentHash } from './hash.ts';

/** What a stream of the log holds. */
interface StreamExtent {
  /** Sequence of its first message; one more than `last` when it is empty. */
  readonly first: number;
  /** Sequence of the newest message that it ever had. */
  readonly last: number;
}

export interface LogExtent {
  /** Of the streams as they were made: those of a log that was made anew have another one. */
  readonly identity: string;
  readonly of: ReadonlyMap<PartitionName, StreamExtent>;
}

/** Asks the server what the event streams of a log hold now. */
export async function readLogExtent(
  nc: NatsConnection,
  names: LogNames,
  partitions: number,
): Promise<LogExtent> {
  const jsm = await jetstreamManager(nc);
  const of = new Map<PartitionName, StreamExtent>();
  const made: string[] = [];
  for (const partition of [...Array(partitions).keys(), 'all'] as PartitionName[]) {
    const { created, state } = await jsm.streams.info(names.stream(partition));
    made.push(created);
    of.set(partition, { first: state.first_seq, last: state.last_seq });
  }
  return { identity: contentHash(made.join(' ')), of };
}
