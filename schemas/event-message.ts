import { decode, encode } from './codec.ts';
import type { FirstcallEvent } from './events.ts';

/** A log message of events of one kind: one as a map, several as an array of maps. */
export function encodeEvents(events: readonly FirstcallEvent[]): Uint8Array<ArrayBuffer> {
  return encode(events.length === 1 ? events[0] : events);
}

/**
 * What a log message holds, one value for each event: the items of an array, or the one value, in
 * MessagePack or JSON. Nothing is validated. Throws FirstcallError('undecodable') as decode does.
 */
export function decodeEvents(bytes: Uint8Array): readonly unknown[] {
  const value = decode(bytes);
  return Array.isArray(value) ? value : [value];
}
