import { createHash } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { readMessages } from '../../engine/verify/read-messages.ts';
import { decodeEvents } from '../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { LogNames, PartitionName } from '../../schemas/subjects.ts';

/** What the events of a log are. */
export interface LogCensus {
  /** Events, those included that no validator takes. */
  readonly events: number;
  /** No two in a partition have the same id. */
  readonly distinctEvents: number;
  /** Of the numbered partitions: those that a validator takes. */
  readonly applicable: number;
  /** By partition: SHA-256 of the ids in the order of the log. */
  readonly idDigests: Readonly<Record<string, string>>;
}

const IN_FLIGHT_MAX = 500;

/** Copies the events of a log into another one, message by message, so that sequences are the same. */
export async function copyLog(
  nc: NatsConnection,
  [from, to]: readonly [LogNames, LogNames],
  partitions: number,
  isInvalid: (event: FirstcallEvent) => boolean,
): Promise<LogCensus> {
  const js = jetstream(nc);
  let [events, distinctEvents, applicable] = [0, 0, 0];
  const idDigests: Record<string, string> = {};
  for (const partition of [...Array(partitions).keys(), 'all'] as PartitionName[]) {
    const digest = createHash('sha256');
    const ids = new Set<string>();
    let sending: Promise<unknown>[] = [];
    for await (const { subject, data } of readMessages(nc, from.stream(partition))) {
      for (const event of decodeEvents(data) as FirstcallEvent[]) {
        events += 1;
        ids.add(`${event.kind} ${event.id}`);
        digest.update(`${event.id}\n`);
        if (partition !== 'all' && !isInvalid(event)) applicable += 1;
      }
      // One connection's messages are stored in the order in which they were sent.
      sending.push(js.publish(to.root + subject.slice(from.root.length), data));
      if (sending.length < IN_FLIGHT_MAX) continue;
      await Promise.all(sending);
      sending = [];
    }
    await Promise.all(sending);
    distinctEvents += ids.size;
    idDigests[partition] = digest.digest('hex');
  }
  return { events, distinctEvents, applicable, idDigests };
}
