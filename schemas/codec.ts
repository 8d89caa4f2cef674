import { Encoder } from '@msgpack/msgpack';
import { guardJson } from './codec-json.ts';
import { MAX_DEPTH, MAX_MESSAGE_BYTES, undecodable } from './codec-limits.ts';
import { MsgpackReader } from './msgpack-reader.ts';

export { MAX_MESSAGE_BYTES } from './codec-limits.ts';

/** First bytes of a JSON object and array; as MessagePack they would be bare small integers. */
const JSON_OBJECT = 0x7b;
const JSON_ARRAY = 0x5b;

// Kept for the life of the thread: they hold the output buffer and the keys met so far.
const encoder = new Encoder({ ignoreUndefined: true, maxDepth: MAX_DEPTH + 1 });
const reader = new MsgpackReader();
const toUtf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * MessagePack bytes of a value made of plain objects, arrays, strings, finite numbers, booleans,
 * nulls and Uint8Arrays, in a buffer of its own. Properties that are undefined are left out, as
 * JSON does. Throws a plain Error on what cannot be encoded: that is the caller's bug.
 */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(value);
}

/**
 * The one value in a message: MessagePack, or JSON if the first byte is `{` or `[`. Throws
 * FirstcallError('undecodable') saying what was wrong and at which byte (see MsgpackReader). A
 * Uint8Array inside the value is a view on `bytes`, not a copy.
 */
export function decode(bytes: Uint8Array, maxBytes = MAX_MESSAGE_BYTES): unknown {
  refuseSize(bytes.length, maxBytes);
  const first = bytes[0];
  if (first === JSON_OBJECT || first === JSON_ARRAY) {
    guardJson(bytes);
    return JSON.parse(fromUtf8.decode(bytes));
  }
  if (isText(bytes)) {
    throw undecodable('neither MessagePack nor JSON: expected { or [', 0);
  }
  return reader.read(bytes);
}

/**
 * Whether more than one byte begin as a text does, with a letter, a blank or a byte order mark: as
 * MessagePack that is a small integer and what is too much.
 */
function isText(bytes: Uint8Array): boolean {
  const first = bytes[0]!;
  const isAscii = (first >= 0x20 && first < 0x7f) || (first >= 0x09 && first <= 0x0d);
  return bytes.length > 1 && (isAscii || (first === 0xef && bytes[1] === 0xbb));
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

function refuseSize(length: number, maxBytes: number): void {
  if (length > maxBytes) throw undecodable(`more than ${maxBytes} bytes`, maxBytes);
  if (length === 0) throw undecodable('an empty message', 0);
}
