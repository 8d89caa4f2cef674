import { encode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId } from '../../schemas/ids.ts';
import { answerOrder, previewOrder } from './answer-order.ts';
import { answerAudit } from './audit-route.ts';
import { errorCodeOf, readOrder } from './client-frames.ts';
import { answerDecisions } from './decisions-route.ts';
import { gatewayFigures, gaugesOf } from './gateway-figures.ts';
import { answerHistory } from './history-route.ts';
import type { Hub } from './hub.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { answerMatrix } from './matrix-route.ts';
import type { OriginPolicy } from './origin.ts';
import { refuseOrigin } from './origin.ts';
import { RankingsRoute } from './rankings-route.ts';
import { readBody } from './read-body.ts';
import { ReferenceRoute } from './reference-route.ts';
import { refusalAnswer, type StatusOfCode } from './refusal.ts';
import { answerRules } from './rules-route.ts';
import type { EngineServices } from './services.ts';
import type { StaticFiles } from './static-files.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, methodNotAllowed } from './transport.ts';

export interface RouteParts {
  readonly hub: Hub;
  readonly services: EngineServices;
  readonly files: StaticFiles;
  readonly originPolicy: OriginPolicy;
  /** Told of our own bugs, which the caller only sees as `internal`. */
  readonly report: (error: unknown) => void;
}

/** Answers HTTP requests. Never rejects. */
export class HttpRoutes {
  readonly #parts: RouteParts;
  readonly #rankings: RankingsRoute;
  readonly #reference: ReferenceRoute;

  constructor(parts: RouteParts) {
    this.#parts = parts;
    this.#rankings = new RankingsRoute(parts.hub, parts.services);
    this.#reference = new ReferenceRoute(this.#rankings, parts.services, parts.report);
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    this.#parts.hub.counters.add('http_requests_total');
    try {
      return await this.#route(request);
    } catch (error) {
      this.#parts.report(error);
      return jsonAnswer(500, errorCodeOf(null));
    }
  }

  /** Lets go of the requests that still wait. */
  close(): void {
    this.#rankings.close();
  }

  async #route(request: HttpRequest): Promise<HttpAnswer> {
    const { method, path } = request;
    const { services, report } = this.#parts;
    // Probes name the host as they like and learn nothing that a page could use.
    if (path === '/healthz') return jsonAnswer(200, { alive: true });
    const refusal = refuseOrigin(request, this.#parts.originPolicy);
    if (refusal !== null) return jsonAnswer(403, { code: 'foreignOrigin', message: refusal });
    if (path === '/select') return this.#select(request);
    if (path === '/decisions' || path.startsWith('/decisions/'))
      return answerDecisions(request, services, report);
    if (path === '/rules' || path === '/rules/check') {
      return answerRules(request, services, report);
    }
    if (path === '/history') return answerHistory(request, services, report);
    if (path === '/audit/verify') return answerAudit(request, services, report);
    const record = await this.#reference.answer(request);
    if (record !== null) return record;
    if (method !== 'GET' && method !== 'HEAD') return methodNotAllowed('GET, HEAD');
    if (path === '/readyz') return this.#ready();
    if (path === '/metrics') return this.#metrics();
    if (path === '/status') return this.#status();
    if (path === '/rankings' || path.startsWith('/rankings/')) {
      return this.#rankings.answer(request);
    }
    if (path === '/matrix') return answerMatrix(this.#rankings, services);
    if (path === '/explain') return this.#explain(request);
    if (path === '/desk') return jsonAnswer(200, services.desk());
    return this.#parts.files.answer(request) ?? this.#notFound(path);
  }

  #select(request: HttpRequest): HttpAnswer {
    if (request.method !== 'POST') {
      const hint =
        '; POST one order, as JSON or MessagePack: {orderId, instrumentId, side, quantity, tsEvent}';
      return methodNotAllowed('POST', hint);
    }
    const isMsgpack = wantsMsgpack(request);
    const { hub, services, report } = this.#parts;
    try {
      const isPreview = readPreview(request.query);
      const order = readOrder(readBody(request.body, MAX_BODY_BYTES, 'badFrame'));
      const selection = (isPreview ? previewOrder : answerOrder)(services, order);
      hub.counters.add(isPreview ? 'previews_total' : 'selections_total');
      return isMsgpack ? msgpackAnswer(200, selection) : jsonAnswer(200, selection);
    } catch (error) {
      const answer = errorCodeOf(error);
      if (answer.code === 'internal') report(error);
      hub.counters.add('selections_refused_total');
      const status = { internal: 500, notReady: 503 }[answer.code as string] ?? 400;
      return isMsgpack ? msgpackAnswer(status, answer) : jsonAnswer(status, answer);
    }
  }

  #explain({ query }: HttpRequest): HttpAnswer {
    const { services, report } = this.#parts;
    try {
      const { dealerId, scope, asOf } = readExplainQuery(query);
      return jsonAnswer(200, services.explain(dealerId, scope, asOf));
    } catch (error) {
      return refusalAnswer(error, EXPLAIN_STATUS, report);
    }
  }

  #ready(): HttpAnswer {
    const { services } = this.#parts;
    const { reasons, degradedPartitions, asOf, lagMs, ...status } = services.status();
    const brokerAway = services.isBrokerAway;
    const ready = status.ready && !brokerAway;
    const answer = { ready, reasons, degradedPartitions, brokerAway, asOf, lagMs };
    return jsonAnswer(ready ? 200 : 503, answer);
  }

  #status(): HttpAnswer {
    const { hub, services, report } = this.#parts;
    try {
      return jsonAnswer(200, { ...services.condition(), gateway: gatewayFigures(hub) });
    } catch (error) {
      return refusalAnswer(error, {}, report);
    }
  }

  #metrics(): HttpAnswer {
    const { hub, services } = this.#parts;
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: hub.counters.text(gaugesOf(hub)) + services.metrics(),
    };
  }

  #notFound(path: string): HttpAnswer {
    const isPage = path === '/' && this.#parts.files.size === 0;
    const message = isPage
      ? 'the web page is not built: run `npm run build`'
      : `no such resource: ${path.slice(0, PATH_SHOWN_MAX)}; there are /rankings, /matrix, /explain, /select, /decisions, /history, /rules, /audit/verify, /desk, /dealers, /instruments, /status, /healthz, /readyz and /metrics`;
    return jsonAnswer(404, { code: 'notFound', message });
  }
}

/** Characters of a path that are said back. */
const PATH_SHOWN_MAX = 200;

/** A question that is none, one about what was never observed, and one about what is gone. */
const EXPLAIN_STATUS: StatusOfCode = {
  badQuery: 400,
  badQuestion: 404,
  pastMoment: 410,
};

/** A misspelt wish must not become a record. Throws FirstcallError `badOrder`. */
function readPreview(query: URLSearchParams): boolean {
  const text = query.get('preview') ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new FirstcallError('badOrder', `preview: must be true or false, not "${text}"`);
}

/** Throws FirstcallError `badQuery`. */
function readExplainQuery(query: URLSearchParams) {
  const dealerId = query.get('dealer');
  if (dealerId === null || dealerId === '') {
    const usage = '/explain?dealer=ID[&scope=SCOPE][&asOf=MICROSECONDS]';
    throw new FirstcallError('badQuery', `dealer: is missing; use ${usage}`);
  }
  const text = query.get('asOf');
  const asOf = text === null ? null : Number(text);
  if (asOf !== null && !(Number.isSafeInteger(asOf) && asOf >= 0 && text !== '')) {
    throw new FirstcallError('badQuery', `asOf: "${text}" is not a time in microseconds`);
  }
  return { dealerId: dealerId as DealerId, scope: query.get('scope') ?? 'ALL', asOf };
}

/** Answers in MessagePack when asked to, or when spoken to in it. */
function wantsMsgpack({ query, headers }: HttpRequest): boolean {
  if (query.has('format')) return query.get('format') === 'msgpack';
  return headers.accept.includes('msgpack') || headers['content-type'].includes('msgpack');
}

function msgpackAnswer(status: number, value: unknown): HttpAnswer {
  const headers = { 'content-type': 'application/vnd.msgpack', 'cache-control': 'no-store' };
  return { status, headers, body: encode(value) };
}
