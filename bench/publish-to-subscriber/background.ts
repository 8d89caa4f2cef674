import { encodeEvents } from '../../schemas/event-message.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { eventCount, type MarketTape } from '../support/market-tape.ts';

/** A message of the market that goes on meanwhile, encoded beforehand. */
export interface BackgroundMessage {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Event time at which an event published with it is on time. */
  readonly ts: Micros;
  /** Nanoseconds after the beginning of the round. */
  readonly offset: number;
}

/** The next `seconds` of a market at `perSecond` events a second, at an even pace. */
export async function drawBackground(
  tape: MarketTape,
  names: LogNames,
  perSecond: number,
  seconds: number,
): Promise<BackgroundMessage[]> {
  const wanted = Math.round(perSecond * seconds);
  if (wanted === 0) return [];
  const messages = await tape.take(wanted);
  const nanosPerEvent = (seconds * 1e9) / eventCount(messages);
  let count = 0;
  return messages.map(({ partition, kind, events, tsFrom }) => {
    count += events.length;
    return {
      subject: names.events(partition, kind),
      bytes: encodeEvents(events),
      ts: tsFrom,
      offset: count * nanosPerEvent,
    };
  });
}
