import { FirstcallError } from '../../schemas/errors.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { readObject } from './read-body.ts';
import { refusalAnswer, type StatusOfCode } from './refusal.ts';
import type { EngineServices } from './services.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, methodNotAllowed } from './transport.ts';

const STATUS: StatusOfCode = { badQuery: 400, busy: 503, historyAway: 503 };
/** How the JSON of an error begins; rows begin with `{"rows":`. */
const ERROR_BEGINS = '{"error":';

/** Answers `POST /history` with the rows of a named query, `{query, parameters}`. */
export async function answerHistory(
  request: HttpRequest,
  services: EngineServices,
  report: (error: unknown) => void,
): Promise<HttpAnswer> {
  if (request.method !== 'POST') return methodNotAllowed('POST', ' {query, parameters}');
  try {
    const { query, parameters = {} } = readObject(request.body, MAX_BODY_BYTES, 'badQuery');
    if (typeof query !== 'string' || !isObject(parameters)) {
      const wanted = 'query: must be the name of a query, with parameters as an object';
      throw new FirstcallError('badQuery', wanted);
    }
    const reply = await services.askHistory({ query, parameters });
    return answerOf(reply);
  } catch (error) {
    return refusalAnswer(error, STATUS, report);
  }
}

/** Rows go on as they are: there may be a megabyte of them. */
function answerOf(reply: Uint8Array): HttpAnswer {
  const begin = Buffer.from(reply.subarray(0, ERROR_BEGINS.length)).toString();
  if (begin === ERROR_BEGINS) {
    const { error } = JSON.parse(Buffer.from(reply).toString()) as { error: { code: string } };
    const isAsked = ['unknownQuery', 'badParameters', 'tooLarge'].includes(error.code);
    return jsonAnswer(isAsked ? 400 : 503, error);
  }
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  };
  return { status: 200, headers, body: reply };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
