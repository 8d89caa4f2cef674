import { refusalAnswer, type StatusOfCode } from './refusal.ts';
import type { EngineServices } from './services.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, methodNotAllowed } from './transport.ts';

/** Everything else that the world does is 503, as the code says. */
const STATUS: StatusOfCode = {
  busy: 503,
  natsUnreachable: 503,
  noLog: 503,
  streamSilent: 503,
};

/** Answers `POST /audit/verify` with what a verification of the record of decisions finds. */
export async function answerAudit(
  request: HttpRequest,
  services: EngineServices,
  report: (error: unknown) => void,
): Promise<HttpAnswer> {
  if (request.method !== 'POST') return methodNotAllowed('POST', ' without a body');
  try {
    return jsonAnswer(200, await services.verifyChain());
  } catch (error) {
    return refusalAnswer(error, STATUS, report);
  }
}
