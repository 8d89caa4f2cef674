import { setTimeout as delay } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';

/** The stream's last sequence, or its last message id, is not the expected one. */
const WRONG_LAST_CODES: readonly number[] = [10_070, 10_071];

/** Errors that the same attempt would meet again; all others pass with the server's trouble. */
export function isFinalError(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.status < 500;
  return FINAL_ERRORS.some((type) => error instanceof type);
}

/** Whether somebody else has written to the stream meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof JetStreamApiError && WRONG_LAST_CODES.includes(error.code);
}

/** A publish on a lost connection would only run into its time-out: ask with a ping first. */
export async function answersPing(nc: NatsConnection, timeoutMs: number): Promise<boolean> {
  const answered = nc.flush().then(
    () => true,
    () => false,
  );
  return await Promise.race([answered, delay(timeoutMs, false, { ref: false })]);
}

const FINAL_ERRORS = [
  errors.ClosedConnectionError,
  errors.DrainingConnectionError,
  errors.InvalidArgumentError,
  errors.InvalidSubjectError,
  errors.PermissionViolationError,
];
