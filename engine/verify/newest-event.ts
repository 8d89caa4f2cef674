import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeEvents } from '../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { LogNames } from '../../schemas/subjects.ts';

/** Event time of the newest message of any partition, as far as its last events tell; 0: none. */
export async function newestEventTime(
  nc: NatsConnection,
  names: LogNames,
  partitions: number,
): Promise<Micros> {
  const jsm = await jetstreamManager(nc);
  const times = Array.from({ length: partitions }, async (_, partition) => {
    const stream = names.stream(partition);
    const { state } = await jsm.streams.info(stream);
    if (state.last_seq === 0) return 0;
    const message = await jsm.streams.getMessage(stream, { seq: state.last_seq });
    return message === null ? 0 : timeOf(message.data);
  });
  return Math.max(...(await Promise.all(times)));
}

/** What is no event has no time. */
function timeOf(data: Uint8Array): Micros {
  try {
    const events = decodeEvents(data) as Partial<FirstcallEvent>[];
    return Math.max(0, ...events.map(({ tsEvent }) => Number(tsEvent) || 0));
  } catch {
    return 0;
  }
}
