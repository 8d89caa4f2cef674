import { encode } from './codec.ts';
import { isJson, parseJson, refuseText } from './codec-json.ts';
import { refuseSize } from './codec-limits.ts';
import type { FirstcallEvent } from './events.ts';
import { MsgpackReader } from './msgpack-reader.ts';

// Kept for the life of the thread: it has learned what events look like.
const reader = new MsgpackReader({ compiles: true });

/** A log message of events of one kind: one as a map, several as an array of maps. */
export function encodeEvents(events: readonly FirstcallEvent[]): Uint8Array<ArrayBuffer> {
  return encode(events.length === 1 ? events[0] : events);
}

/**
 * What a log message holds, one value for each event: the items of an array, or the one value, in
 * MessagePack or JSON. Nothing is validated. Throws FirstcallError('undecodable') as decode does.
 */
export function decodeEvents(bytes: Uint8Array): readonly unknown[] {
  const value = decodeAny(bytes);
  return Array.isArray(value) ? value : [value];
}

function decodeAny(bytes: Uint8Array): unknown {
  refuseSize(bytes.length);
  if (isJson(bytes)) return parseJson(bytes);
  refuseText(bytes);
  return reader.read(bytes);
}
