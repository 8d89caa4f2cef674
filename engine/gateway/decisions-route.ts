import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { type OverrideRequest, refuseOverride } from '../../schemas/override.ts';
import { errorCodeOf } from './client-frames.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { EngineServices } from './services.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './transport.ts';

const PATH = /^\/decisions\/([^/]+)(\/override)?$/;

const STATUS: Readonly<Record<string, number>> = {
  badOverride: 400,
  unknownDecision: 404,
  excluded: 409,
  notReady: 503,
};

/**
 * Answers `GET /decisions/<id>` and `POST /decisions/<id>/override`. Throws what is neither the
 * caller's fault nor the log's: a bug of ours.
 */
export function answerDecisions(request: HttpRequest, services: EngineServices): HttpAnswer {
  const [, decisionId, isOverride] = PATH.exec(request.path) ?? [];
  if (decisionId === undefined) {
    const message = 'there are /decisions/<decisionId> and /decisions/<decisionId>/override';
    return jsonAnswer(404, { code: 'notFound', message });
  }
  const allowed = isOverride === undefined ? ['GET', 'HEAD'] : ['POST'];
  if (!allowed.includes(request.method)) {
    const allow = allowed.join(', ');
    const answer = jsonAnswer(405, { code: 'methodNotAllowed', message: `use ${allow}` });
    return { ...answer, headers: { ...answer.headers, allow } };
  }
  try {
    if (isOverride === undefined) return jsonAnswer(200, services.decision(decisionId));
    return jsonAnswer(200, services.override(decisionId, readOverride(request.body)));
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
    const status = STATUS[error.code];
    if (status === undefined) return jsonAnswer(503, errorCodeOf(error));
    return jsonAnswer(status, { code: error.code, message: error.message });
  }
}

/** Throws FirstcallError `badOverride`. */
function readOverride(body: Uint8Array): OverrideRequest {
  let value: unknown;
  try {
    value = decode(body, MAX_BODY_BYTES);
  } catch (cause) {
    const message = `body: ${(cause as Error).message}; send JSON: {by, reason, add, drop, order, protocol}`;
    throw new FirstcallError('badOverride', message, { cause });
  }
  const refusal = refuseOverride(value);
  if (refusal !== null) throw new FirstcallError('badOverride', refusal);
  return value as OverrideRequest;
}
