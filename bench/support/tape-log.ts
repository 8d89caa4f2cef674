import { ensureLog } from '../../engine/platform/log.ts';
import { createPublisher } from '../../engine/platform/publisher.ts';
import { MICROS_PER_DAY } from '../../engine/scoring/model.ts';
import type { LogNames, PartitionName } from '../../schemas/subjects.ts';
import type { LogServer } from './log-server.ts';
import type { MarketTape, TapeMessage } from './market-tape.ts';

/** What a log holds. */
export interface LogContent {
  readonly messages: number;
  /** By partition, in events; that of `all` too. */
  readonly events: ReadonlyMap<PartitionName, number>;
  /** Of event time. */
  readonly days: number;
}

/** Events drawn and published before the next are drawn, so that a log may be larger than memory. */
const EVENTS_AT_ONCE = 20_000;

/** Makes a log of a tape's next `events` events or a few more, and then lets time pass until nothing is due. */
export async function fillLogFromTape(
  { nc }: LogServer,
  names: LogNames,
  tape: MarketTape,
  events: number,
  partitions: number,
  onEvents: (done: number) => void = () => {},
): Promise<LogContent> {
  await ensureLog(nc, names, partitions);
  const publisher = createPublisher(nc, names);
  const tsFrom = tape.ts;
  const counts = new Map<PartitionName, number>();
  let messages = 0;
  let done = 0;
  const publish = async (taken: readonly TapeMessage[]): Promise<void> => {
    for (const { partition, kind, events } of taken) {
      await publisher.publish(partition, kind, events);
      counts.set(partition, (counts.get(partition) ?? 0) + events.length);
      done += events.length;
      messages++;
    }
    onEvents(done);
  };
  while (done < events) await publish(await tape.take(Math.min(EVENTS_AT_ONCE, events - done)));
  await publish(await tape.settle());
  await publisher.flush();
  return { messages, events: counts, days: (tape.ts - tsFrom) / MICROS_PER_DAY };
}

/** Events that some partitions' shards apply; those of `all` are read by every shard and counted by none. */
export function eventsOf({ events }: LogContent, partitions: readonly PartitionName[]): number {
  return partitions.reduce((sum: number, partition) => sum + (events.get(partition) ?? 0), 0);
}
