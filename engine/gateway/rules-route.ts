import { FirstcallError } from '../../schemas/errors.ts';
import { MAX_RULES_BODY_BYTES } from './limits.ts';
import { readObject } from './read-body.ts';
import { refusalAnswer, type StatusOfCode } from './refusal.ts';
import type { EngineServices, RulesChange } from './services.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, methodNotAllowed } from './transport.ts';

/** What is wrong with the rules, with the question, with the moment, and with the engine. */
const STATUS: StatusOfCode = {
  badRules: 400,
  badQuery: 400,
  conflict: 409,
  notReady: 503,
};

/**
 * Answers `GET /rules` with the rules in force, `PUT /rules` by putting others in force, and
 * `POST /rules/check` with what a text would be.
 */
export async function answerRules(
  request: HttpRequest,
  services: EngineServices,
  report: (error: unknown) => void,
): Promise<HttpAnswer> {
  try {
    return await (request.path === '/rules' ? rules(request, services) : check(request, services));
  } catch (error) {
    return refusalAnswer(error, STATUS, report);
  }
}

async function rules(request: HttpRequest, services: EngineServices): Promise<HttpAnswer> {
  if (request.method === 'PUT') {
    return jsonAnswer(200, await services.loadRules(readChange(request.body)));
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed('GET, PUT');
  const { size, ...inForce } = services.rules();
  return jsonAnswer(200, { ...inForce, rules: size });
}

async function check(request: HttpRequest, services: EngineServices): Promise<HttpAnswer> {
  if (request.method !== 'POST') return methodNotAllowed('POST', ' {text}');
  const body = readObject(request.body, MAX_RULES_BODY_BYTES, 'badQuery');
  return jsonAnswer(200, await services.checkRules(textOf(body, 'text')));
}

function readChange(bytes: Uint8Array): RulesChange {
  const body = readObject(bytes, MAX_RULES_BODY_BYTES, 'badQuery');
  const { expectedHash } = body;
  return {
    text: textOf(body, 'text'),
    by: textOf(body, 'by'),
    reason: body.reason === undefined ? '' : textOf(body, 'reason'),
    expectedHash: expectedHash === undefined ? undefined : textOf(body, 'expectedHash'),
  };
}

/** Throws FirstcallError `badQuery`. */
function textOf(body: Readonly<Record<string, unknown>>, field: string): string {
  const value = body[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new FirstcallError('badQuery', `${field}: must be a text that is not empty`);
}
