import { FirstcallError } from '../../schemas/errors.ts';
import { type OverrideRequest, refuseOverride } from '../../schemas/override.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { readBody } from './read-body.ts';
import { refusalAnswer, type StatusOfCode } from './refusal.ts';
import type { EngineServices } from './services.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, methodNotAllowed } from './transport.ts';

const PATH = /^\/decisions\/([^/]+)(\/override)?$/;

const STATUS: StatusOfCode = {
  badOverride: 400,
  unknownDecision: 404,
  excluded: 409,
  notReady: 503,
};

/** Answers `GET /decisions/<id>` and `POST /decisions/<id>/override`. */
export function answerDecisions(
  request: HttpRequest,
  services: EngineServices,
  report: (error: unknown) => void,
): HttpAnswer {
  const [, decisionId, isOverride] = PATH.exec(request.path) ?? [];
  if (decisionId === undefined) {
    const message = 'there are /decisions/<decisionId> and /decisions/<decisionId>/override';
    return jsonAnswer(404, { code: 'notFound', message });
  }
  const allowed = isOverride === undefined ? ['GET', 'HEAD'] : ['POST'];
  if (!allowed.includes(request.method)) {
    return methodNotAllowed(allowed.join(', '));
  }
  try {
    if (isOverride === undefined) return jsonAnswer(200, services.decision(decisionId));
    return jsonAnswer(200, services.override(decisionId, readOverride(request.body)));
  } catch (error) {
    return refusalAnswer(error, STATUS, report);
  }
}

/** Throws FirstcallError `badOverride`. */
function readOverride(body: Uint8Array): OverrideRequest {
  const wanted = 'JSON: {by, reason, add, drop, order, protocol}';
  const value = readBody(body, MAX_BODY_BYTES, 'badOverride', wanted);
  const refusal = refuseOverride(value);
  if (refusal !== null) throw new FirstcallError('badOverride', refusal);
  return value as OverrideRequest;
}
