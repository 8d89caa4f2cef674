import { FirstcallError } from '../../schemas/errors.ts';
import { errorCodeOf } from './client-frames.ts';
import { type HttpAnswer, jsonAnswer } from './transport.ts';

/** HTTP status by the code of an error whose message is fit to be shown to the caller. */
export type StatusOfCode = Readonly<Record<string, number>>;

/**
 * Answers a request that has failed. Other errors of the world are 503: asking again may help. Our own
 * bugs are reported, and the caller only sees `internal`.
 */
export function refusalAnswer(
  error: unknown,
  statusOfCode: StatusOfCode,
  report: (error: unknown) => void,
): HttpAnswer {
  const status = error instanceof FirstcallError ? statusOfCode[error.code] : undefined;
  if (status === undefined) {
    const answer = errorCodeOf(error);
    if (answer.code === 'internal') report(error);
    return jsonAnswer(answer.code === 'internal' ? 500 : 503, answer);
  }
  const { code, message } = error as FirstcallError;
  // Its message begins with the field (ReferenceServices).
  const field = code === 'badRecord' ? { field: message.split(':', 1)[0] } : {};
  return jsonAnswer(status, { code, message, ...field });
}
