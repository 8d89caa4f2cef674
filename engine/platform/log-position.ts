import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogSequences } from '../../schemas/selection.ts';
import type { LogNames, PartitionName } from '../../schemas/subjects.ts';

/** The last sequence of every stream of a log. */
export async function readLogPosition(
  nc: NatsConnection,
  names: LogNames,
  partitions: number,
): Promise<LogSequences> {
  const jsm = await jetstreamManager(nc);
  const lastOf = async (partition: PartitionName) =>
    (await jsm.streams.info(names.stream(partition))).state.last_seq;
  const [all, ...numbered] = await Promise.all([
    lastOf('all'),
    ...Array.from({ length: partitions }, (_, partition) => lastOf(partition)),
  ]);
  return { partitions: numbered, all };
}
