import { isJson, parseJson, refuseText } from './codec-json.ts';
import { MAX_MESSAGE_BYTES, refuseSize } from './codec-limits.ts';
import { MsgpackReader } from './msgpack-reader.ts';

// Kept for the life of the thread: it holds the keys met so far.
const reader = new MsgpackReader();

/**
 * The one value in a message: MessagePack, or JSON if the first byte is `{` or `[`. Throws
 * FirstcallError('undecodable') saying what was wrong and at which byte (see MsgpackReader). A
 * Uint8Array inside the value is a view on `bytes`, not a copy.
 */
export function decode(bytes: Uint8Array, maxBytes = MAX_MESSAGE_BYTES): unknown {
  refuseSize(bytes.length, maxBytes);
  if (isJson(bytes)) return parseJson(bytes);
  refuseText(bytes);
  return reader.read(bytes);
}
