import { FirstcallError } from './errors.ts';

/** Largest message that is decoded, bytes: NATS's own default for a payload. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Maps and arrays inside one another; an event needs four. */
export const MAX_DEPTH = 16;
/** Maps and arrays in one message, because an empty one costs a byte on the wire and 56 in memory. */
export const MAX_CONTAINERS = 65_536;

/** Builds the one error of the codec; `at` is the offset of the byte that is to blame. */
export function undecodable(what: string, at: number): FirstcallError {
  return new FirstcallError('undecodable', `${what} at byte ${at}`);
}

/** Throws `undecodable` on a message that is too long, or empty. */
export function refuseSize(length: number, maxBytes = MAX_MESSAGE_BYTES): void {
  if (length > maxBytes) throw undecodable(`more than ${maxBytes} bytes`, maxBytes);
  if (length === 0) throw undecodable('an empty message', 0);
}
