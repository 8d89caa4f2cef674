import { Encoder } from '@msgpack/msgpack';
import { guardJson } from './codec-json.ts';
import { MAX_DEPTH, MAX_MESSAGE_BYTES, refuseSize, undecodable } from './codec-limits.ts';

export { decode } from './codec-decode.ts';
export { MAX_MESSAGE_BYTES } from './codec-limits.ts';

// Kept for the life of the thread: it holds the output buffer.
const encoder = new Encoder({ ignoreUndefined: true, maxDepth: MAX_DEPTH + 1 });
const toUtf8 = new TextEncoder();

/**
 * MessagePack bytes of a value made of plain objects, arrays, strings, finite numbers, booleans,
 * nulls and Uint8Arrays, in a buffer of its own. Properties that are undefined are left out, as
 * JSON does. Throws a plain Error on what cannot be encoded: that is the caller's bug.
 */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(value);
}

/** JSON text of a value; undefined properties are left out. A Uint8Array must be made text before. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value);
}

/** The one value in a JSON text, of any type. Throws FirstcallError('undecodable') as decode does. */
export function decodeJson(text: string, maxBytes = MAX_MESSAGE_BYTES): unknown {
  // Before it is encoded: a text has at least as many bytes as UTF-16 units.
  refuseSize(text.length, maxBytes);
  if (!text.isWellFormed()) throw undecodable('half of a surrogate pair', 0);
  const bytes = toUtf8.encode(text);
  refuseSize(bytes.length, maxBytes);
  guardJson(bytes);
  return JSON.parse(text);
}
