import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeEvents } from '../schemas/event-message.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { Micros } from '../schemas/ids.ts';
import type { LogNames } from '../schemas/subjects.ts';

/**
 * How far the time of a log has come: the newest `clock` event of its stream `all`; null if there is
 * none. Whoever owns a log's time must go on from there, since earlier ticks would come too late.
 */
export async function readLogTime(nc: NatsConnection, names: LogNames): Promise<Micros | null> {
  const jsm = await jetstreamManager(nc);
  const last = await jsm.streams.getMessage(names.stream('all'), {
    last_by_subj: names.events('all', 'clock'),
  });
  if (last === null) return null;
  const clocks = decodeEvents(last.data) as FirstcallEvent[];
  return clocks.at(-1)?.tsEvent ?? null;
}
