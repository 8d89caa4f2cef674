import { encode } from './codec.ts';
import { isJson, parseJson, refuseText } from './codec-json.ts';
import { refuseSize } from './codec-limits.ts';
import { tableOf, valuesOf } from './codec-table.ts';
import type { FirstcallEvent } from './events.ts';
import { MsgpackReader } from './msgpack-reader.ts';

// Kept for the life of the thread: it has learned what events look like.
const reader = new MsgpackReader({ compiles: true });

/**
 * A log message of events of one kind: one event as a map, several as a table, which is half as long as
 * an array of maps and is decoded twice as fast.
 */
export function encodeEvents(events: readonly FirstcallEvent[]): Uint8Array<ArrayBuffer> {
  return encode(events.length === 1 ? events[0] : (tableOf(events) ?? events));
}

/**
 * What a log message holds, one value for each event: the rows of a table, the items of an array, or the
 * one value, in MessagePack or JSON. Nothing is validated. Throws FirstcallError('undecodable') as
 * decode does.
 */
export function decodeEvents(bytes: Uint8Array): readonly unknown[] {
  refuseSize(bytes.length);
  if (isJson(bytes)) return valuesOf(parseJson(bytes));
  refuseText(bytes);
  return reader.readAll(bytes);
}
