import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
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
  return await askLogExtent(await jetstreamManager(nc), names, partitions);
}

/** As `readLogExtent`, for who asks again and again. */
export async function askLogExtent(
  jsm: JetStreamManager,
  names: LogNames,
  partitions: number,
): Promise<LogExtent> {
  const of = new Map<PartitionName, StreamExtent>();
  const parts: PartitionName[] = [...Array(partitions).keys(), 'all'];
  const infos = await Promise.all(parts.map((part) => jsm.streams.info(names.stream(part))));
  for (const [i, { state }] of infos.entries()) {
    of.set(parts[i]!, { first: state.first_seq, last: state.last_seq });
  }
  return { identity: contentHash(infos.map(({ created }) => created).join(' ')), of };
}
