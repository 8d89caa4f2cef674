import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId, InstrumentId } from '../../schemas/ids.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import type {
  DealerProfile,
  DealerStanding,
  DealerSummary,
  EditResult,
  InstrumentPage,
} from '../../schemas/record-edit.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { isAssetClass } from '../scoring/scopes.ts';
import { MAX_CONVERTED_BYTES } from './limits.ts';
import type { RankingsRoute } from './rankings-route.ts';
import { readEdit } from './read-edit.ts';
import { refusalAnswer, type StatusOfCode } from './refusal.ts';
import type { EngineServices, InstrumentRange } from './services.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, methodNotAllowed } from './transport.ts';

const PATH = /^\/(dealers|instruments)(?:\/([^/]+))?$/;

/**
 * `GET /dealers` (`?fields=times`: when each was last heard of, and nothing else), `GET|PUT|PATCH
 * /dealers/<id>` and the same of `/instruments/<id>`; `GET /instruments` gives a page: `?id=` the
 * beginning of their ids, `?after=` an id, `?limit=`. PUT takes a whole record, PATCH a JSON merge patch;
 * both with `by` and `reason`, and `expectedSequence` where the change is of one version only.
 */
export class ReferenceRoute {
  readonly #rankings: RankingsRoute;
  readonly #services: EngineServices;
  readonly #report: (error: unknown) => void;

  constructor(rankings: RankingsRoute, services: EngineServices, report: (error: unknown) => void) {
    this.#rankings = rankings;
    this.#services = services;
    this.#report = report;
  }

  /** Null: the path is not of records. */
  async answer(request: HttpRequest): Promise<HttpAnswer | null> {
    const [, kind, encoded] = PATH.exec(request.path) ?? [];
    if (kind === undefined) return null;
    try {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (encoded === undefined) {
        if (!isRead) return methodNotAllowed('GET, HEAD');
        return await (kind === 'dealers' ? this.#list(request.query) : this.#page(request.query));
      }
      const id = decodeId(encoded);
      if (isRead) return await (kind === 'dealers' ? this.#profile(id) : this.#instrument(id));
      if (request.method !== 'PUT' && request.method !== 'PATCH') {
        return methodNotAllowed('GET, HEAD, PUT, PATCH');
      }
      const result = await (kind === 'dealers'
        ? this.#editDealer(id, request)
        : this.#editInstrument(id, request));
      return jsonAnswer(result.outcome === 'created' ? 201 : 200, result);
    } catch (error) {
      return refusalAnswer(error, STATUS, this.#report);
    }
  }

  async #editDealer(id: string, request: HttpRequest): Promise<EditResult> {
    const { reference } = this.#services;
    const recordOf = async () => reference.dealer(id as DealerId)?.record;
    return await reference.editDealer(await readEdit('dealer', id, request, recordOf));
  }

  async #editInstrument(id: string, request: HttpRequest): Promise<EditResult> {
    const { reference } = this.#services;
    const recordOf = async () => (await reference.instrument(id as InstrumentId))?.record;
    return await reference.editInstrument(await readEdit('instrument', id, request, recordOf));
  }

  async #page(query: URLSearchParams): Promise<HttpAnswer> {
    const range = readRange(query);
    // One more than is given says whether there are more.
    const found = await this.#services.reference.instruments({ ...range, limit: range.limit + 1 });
    const instruments = found.slice(0, range.limit).map(({ sequence, record }) => {
      return { instrumentId: record.instrumentId, sequence, record };
    });
    const next = found.length > range.limit ? instruments.at(-1)!.instrumentId : null;
    return jsonAnswer(200, { instruments, next } satisfies InstrumentPage);
  }

  async #list(query: URLSearchParams): Promise<HttpAnswer> {
    // Asked every few seconds by every leaderboard: the scoreboard is read, and no ranking.
    if (wantsTimes(query)) return jsonAnswer(200, this.#services.allTimes());
    type Row = Omit<DealerSummary, 'tiers'> & { tiers: Record<string, number | null> };
    const rows = new Map<DealerId, Row>();
    for (const { sequence, record } of this.#services.reference.dealers()) {
      const { dealerId } = record;
      rows.set(dealerId, { dealerId, isKnown: true, sequence, record, tiers: {} });
    }
    for (const { scope, dealers } of await this.#rankedScopes()) {
      for (const { dealerId, tier } of dealers) {
        const unknown: Row = { dealerId, isKnown: false, sequence: null, record: null, tiers: {} };
        const row = rows.get(dealerId) ?? unknown;
        rows.set(dealerId, row);
        if (isAssetClass(scope)) row.tiers[scope] = tier;
      }
    }
    const dealers = [...rows.values()].sort((a, b) => (a.dealerId < b.dealerId ? -1 : 1));
    return jsonAnswer(200, { dealers });
  }

  async #profile(id: string): Promise<HttpAnswer> {
    const dealerId = id as DealerId;
    const version = this.#services.reference.dealer(dealerId);
    const standings = (await this.#rankedScopes()).flatMap(({ scope, dealers }) =>
      dealers
        .filter((dealer) => dealer.dealerId === id)
        .map((dealer) => standingOf(scope, dealer, dealers)),
    );
    if (version === undefined && standings.length === 0) {
      const { ready } = this.#services.status();
      if (!ready) throw new FirstcallError('notReady', 'the engine is still reading the log');
      throw new FirstcallError('noRecord', `dealer ${id}: has no record and was never observed`);
    }
    return jsonAnswer(200, {
      dealerId,
      isKnown: version !== undefined,
      sequence: version?.sequence ?? null,
      record: version?.record ?? null,
      ...this.#services.timesOf(dealerId),
      standings,
    } satisfies DealerProfile);
  }

  async #instrument(id: string): Promise<HttpAnswer> {
    const instrumentId = id as InstrumentId;
    const version = await this.#services.reference.instrument(instrumentId);
    if (version === undefined) {
      throw new FirstcallError('noRecord', `instrument ${id}: is not in the security master`);
    }
    const { sequence, record } = version;
    return jsonAnswer(200, { instrumentId, sequence, record });
  }

  /** `ALL` and the asset classes that have been ranked; a scope without a state yet is left out. */
  async #rankedScopes() {
    const { scopes } = this.#services.status();
    const wanted = scopes.filter((scope) => scope === 'ALL' || isAssetClass(scope));
    const states = await Promise.all(wanted.map((scope) => this.#rankings.stateOf(scope)));
    return states.flatMap((state, i) => {
      if ('status' in state) return [];
      const frame = decode(state.snapshot.in('msgpack'), MAX_CONVERTED_BYTES) as SnapshotFrame;
      return { scope: wanted[i]!, dealers: frame.rows as readonly ScoredDealer[] };
    });
  }
}

const STATUS: StatusOfCode = {
  badQuery: 400,
  badRecord: 400,
  noRecord: 404,
  conflict: 409,
  notReady: 503,
};

function standingOf(
  scope: string,
  dealer: ScoredDealer,
  all: readonly ScoredDealer[],
): DealerStanding {
  const { dealerId: _, value: __, metrics, ...standing } = dealer;
  return {
    scope,
    ranked: all.filter(({ rank }) => rank !== null).length,
    ...standing,
    metrics: metrics.map(({ metric, estimate, mass }) => ({ metric, estimate, mass })),
  };
}

/** Throws FirstcallError `badQuery`. */
function wantsTimes(query: URLSearchParams): boolean {
  const fields = query.get('fields');
  if (fields === null || fields === 'times') return fields === 'times';
  const message = `fields: must be "times" or unsaid, not "${fields.slice(0, 40)}"`;
  throw new FirstcallError('badQuery', message);
}

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;
const QUERY_FIELDS = ['id', 'after', 'limit'];

/** Throws FirstcallError `badQuery`. */
function readRange(query: URLSearchParams): InstrumentRange {
  const unknown = [...query.keys()].find((name) => !QUERY_FIELDS.includes(name));
  if (unknown !== undefined) {
    throw new FirstcallError('badQuery', `${unknown}: there are id, after and limit`);
  }
  const text = query.get('limit') ?? String(LIMIT_DEFAULT);
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIMIT_MAX) {
    const message = `limit: must be a whole number from 1 to ${LIMIT_MAX}, not "${text.slice(0, 40)}"`;
    throw new FirstcallError('badQuery', message);
  }
  return { prefix: query.get('id') ?? '', after: query.get('after') ?? '', limit };
}

function decodeId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new FirstcallError('badRecord', 'path: malformed percent-encoding', { cause });
  }
}
