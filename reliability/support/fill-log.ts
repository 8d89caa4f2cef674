import type { NatsConnection } from '@nats-io/transport-node';
import { eventCount, type MarketTape, type TapeMessage } from '../../bench/support/market-tape.ts';
import { createPublisher } from '../../engine/platform/publisher.ts';
import type { LogNames } from '../../schemas/subjects.ts';

/** So much of a market is in memory at once. */
const PIECE_EVENTS = 50_000;

/** Publishes the next events of a market, at least so many. Returns how many events that were. */
export async function fillFromTape(
  nc: NatsConnection,
  names: LogNames,
  tape: MarketTape,
  events: number,
): Promise<{ readonly events: number; readonly ofPartitions: number }> {
  const publisher = createPublisher(nc, names);
  let [count, ofPartitions] = [0, 0];
  const publish = async (messages: readonly TapeMessage[]): Promise<void> => {
    for (const message of messages) {
      await publisher.publish(message.partition, message.kind, message.events);
    }
    count += eventCount(messages);
    ofPartitions += eventCount(messages.filter(({ partition }) => partition !== 'all'));
  };
  while (count < events) await publish(await tape.take(Math.min(PIECE_EVENTS, events - count)));
  await publisher.flush();
  return { events: count, ofPartitions };
}
