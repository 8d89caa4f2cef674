import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import {
  type ClientFrame,
  type ErrorCode,
  type ErrorFrame,
  MAX_CLIENT_FRAME_BYTES,
} from '../../schemas/protocol.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { refuseClientFrame, refuseSelectRequest } from '../../schemas/validate-frames.ts';

export function errorFrame(
  code: ErrorCode,
  message: string,
  about: { requestId?: number; topic?: string } = {},
): ErrorFrame {
  return { type: 'error', code, message, ...about };
}

/**
 * One frame of a subscriber, MessagePack or JSON, or the error frame that answers it. Never throws,
 * whatever the bytes are.
 */
export function readClientFrame(bytes: Uint8Array): ClientFrame | ErrorFrame {
  let value: unknown;
  try {
    value = decode(bytes, MAX_CLIENT_FRAME_BYTES);
  } catch (error) {
    return errorFrame('badFrame', `not a frame: ${(error as Error).message}`);
  }
  const refusal = refuseClientFrame(value);
  if (refusal === null) return value as ClientFrame;
  const { type, requestId } = (value ?? {}) as { type?: unknown; requestId?: unknown };
  const about = isRequestId(requestId) ? { requestId } : {};
  return errorFrame(type === 'select' ? 'badOrder' : 'badFrame', refusal, about);
}

function isRequestId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The order in a request that is one order. Throws FirstcallError `badOrder`. */
export function readOrder(value: unknown): SelectRequest {
  const refusal = refuseSelectRequest(value);
  if (refusal !== null) throw new FirstcallError('badOrder', refusal);
  return value as SelectRequest;
}

const ERROR_CODES: ReadonlySet<string> = new Set<ErrorCode>(['badFrame', 'badOrder', 'notReady']);

/**
 * What a caller may know about a failed selection. What the world did to the engine (a busy
 * scoreboard, a log that does not take decisions) is `notReady`: asking again may help. Our own bugs
 * stay in the log.
 */
export function errorCodeOf(error: unknown): { code: ErrorCode; message: string } {
  if (!(error instanceof FirstcallError)) {
    return { code: 'internal', message: 'internal error; the log of the engine says more' };
  }
  const code = ERROR_CODES.has(error.code) ? (error.code as ErrorCode) : 'notReady';
  return { code, message: error.message };
}
