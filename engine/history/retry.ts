import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';

const BACKOFF_MS = 100;
const BACKOFF_MS_MAX = 10_000;

/**
 * Errors of ClickHouse that no waiting mends: our SQL or our rows do not fit the tables, or we may not
 * write them. Everything else (away, out of memory, too many parts, disk full) may pass.
 */
const FINAL_ERROR_TYPES = new Set([
  'ACCESS_DENIED',
  'AUTHENTICATION_FAILED',
  'BAD_ARGUMENTS',
  'INCORRECT_DATA',
  'NO_SUCH_COLUMN_IN_TABLE',
  'REQUIRED_PASSWORD',
  'SYNTAX_ERROR',
  'TYPE_MISMATCH',
  'UNKNOWN_CODEC',
  'UNKNOWN_DATABASE',
  'UNKNOWN_ELEMENT_OF_ENUM',
  'UNKNOWN_FUNCTION',
  'UNKNOWN_IDENTIFIER',
  'UNKNOWN_SETTING',
  'UNKNOWN_TABLE',
  'UNKNOWN_TYPE',
  'UNKNOWN_USER',
]);
const FINAL_ERROR_PREFIX = /^(CANNOT_PARSE_|ILLEGAL_)/;

export interface RetryOptions {
  /** Ends the waiting with FirstcallError('stopped'). */
  readonly signal: AbortSignal;
  /** Told of every failure that will be tried again. */
  readonly onFailure: (error: unknown, waitMs: number) => void;
}

/**
 * Does `attempt` until it succeeds, for ever, waiting longer and longer (up to 10 s). Rethrows what
 * will not pass: a FirstcallError, or an error of ClickHouse that means a bug or a missing right.
 * @param attempt gets the number of failures before it; after one it cannot know what was done
 */
export async function retryForever<T>(
  attempt: (failures: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    if (options.signal.aborted) throw stopped();
    try {
      return await attempt(failures);
    } catch (error) {
      if (isFinal(error)) throw error;
      const waitMs = Math.min(BACKOFF_MS * 2 ** Math.min(failures, 16), BACKOFF_MS_MAX);
      options.onFailure(error, waitMs);
      await delay(waitMs, undefined, { signal: options.signal }).catch(() => {});
    }
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof FirstcallError) return true;
  return typesOf(error).some(
    (type) => FINAL_ERROR_TYPES.has(type) || FINAL_ERROR_PREFIX.test(type),
  );
}

/**
 * What may be the name of an error of the database, `SYNTAX_ERROR` and the like. It ends the message;
 * the client takes the first word in parentheses for it, and hides the message in `cause`. (Not
 * `instanceof ClickHouseError`: the embedded engine throws that of another package.)
 */
function typesOf(error: unknown): string[] {
  const { type, message, cause } = error as { type?: string; message?: string; cause?: unknown };
  const last = /\(([A-Z_]+)\)\s*$/.exec(message ?? '')?.[1];
  const own = [type, last].filter((name) => name !== undefined);
  return cause instanceof Error ? [...own, ...typesOf(cause)] : own;
}

export function stopped(): FirstcallError {
  return new FirstcallError('stopped', 'history was told to stop before it was done');
}

/** Whether an error only says that we were told to stop. */
export function isStopped(error: unknown): boolean {
  return error instanceof FirstcallError && error.code === 'stopped';
}
