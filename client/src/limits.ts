import type {
  MAX_TOPICS_PER_FRAME as MaxTopicsPerFrame,
  SUBPROTOCOL_MSGPACK,
} from '../../schemas/protocol.ts';

// Stated again and held equal by the compiler, because importing them would put the whole schema
// library into a browser's bundle.
export const SUBPROTOCOL: typeof SUBPROTOCOL_MSGPACK = 'firstcall.v1.msgpack';
export const MAX_TOPICS_PER_FRAME: typeof MaxTopicsPerFrame = 256;

/** Characters of topics in one frame: the gateway reads frames of 16 KB. */
export const MAX_TOPIC_CHARS_PER_FRAME = 12_000;
/** A larger frame from the gateway is refused: the connection is dropped and made anew. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Requests under way at once; the next one is refused with `tooManyRequests`. */
export const MAX_PENDING_REQUESTS = 1000;
