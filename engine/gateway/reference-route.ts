import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId, InstrumentId } from '../../schemas/ids.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import type {
  DealerProfile,
  DealerStanding,
  DealerSummary,
  RecordEdit,
} from '../../schemas/record-edit.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { isAssetClass } from '../scoring/scopes.ts';
import { MAX_BODY_BYTES, MAX_CONVERTED_BYTES } from './limits.ts';
import type { RankingsRoute } from './rankings-route.ts';
import { readObject } from './read-body.ts';
import { refusalAnswer, type StatusOfCode } from './refusal.ts';
import type { EngineServices } from './services.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, methodNotAllowed } from './transport.ts';

const PATH = /^\/(dealers|instruments)(?:\/([^/]+))?$/;

/**
 * `GET /dealers`, `GET|PUT|PATCH /dealers/<id>` and the same of `/instruments/<id>`. PUT takes a whole
 * record, PATCH a JSON merge patch; both with `by` and `reason`, and `expectedSequence` where the
 * change is of one version only.
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
    if (kind === undefined || (kind === 'instruments' && encoded === undefined)) return null;
    try {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (encoded === undefined) return isRead ? await this.#list() : methodNotAllowed('GET, HEAD');
      const id = decodeId(encoded);
      if (isRead) return await (kind === 'dealers' ? this.#profile(id) : this.#instrument(id));
      if (request.method !== 'PUT' && request.method !== 'PATCH') {
        return methodNotAllowed('GET, HEAD, PUT, PATCH');
      }
      const edit = readEdit(id, request);
      const { reference } = this.#services;
      const change = kind === 'dealers' ? reference.editDealer : reference.editInstrument;
      const result = await change(edit);
      return jsonAnswer(result.outcome === 'created' ? 201 : 200, result);
    } catch (error) {
      return refusalAnswer(error, STATUS, this.#report);
    }
  }

  async #list(): Promise<HttpAnswer> {
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
      dealers.filter((dealer) => dealer.dealerId === id).map((dealer) => standingOf(scope, dealer)),
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
  badRecord: 400,
  noRecord: 404,
  conflict: 409,
  notReady: 503,
};

function standingOf(scope: string, dealer: ScoredDealer): DealerStanding {
  const { dealerId: _, value: __, metrics, ...standing } = dealer;
  return {
    scope,
    ...standing,
    metrics: metrics.map(({ metric, estimate, mass }) => ({ metric, estimate, mass })),
  };
}

function decodeId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new FirstcallError('badRecord', 'path: malformed percent-encoding', { cause });
  }
}

/** What every version has and nobody sets: they come from the edit. */
const GIVEN_FIELDS = ['kind', 'id', 'tsEvent', 'changedBy', 'changeReason'];
const TEXT_CHARACTERS_MAX = 200;

/** Throws FirstcallError `badRecord`. */
function readEdit(id: string, { method, path, body }: HttpRequest): RecordEdit {
  const { by, reason, expectedSequence, ...fields } = readObject(body, MAX_BODY_BYTES, 'badRecord');
  const given = GIVEN_FIELDS.find((name) => name in fields);
  if (given !== undefined) {
    throw new FirstcallError('badRecord', `${given}: is set by the engine; leave it out`);
  }
  const idField = path.startsWith('/dealers') ? 'dealerId' : 'instrumentId';
  if (fields[idField] !== undefined && fields[idField] !== id) {
    throw new FirstcallError('badRecord', `${idField}: is not the one of the path, ${id}`);
  }
  return {
    id,
    mode: method === 'PUT' ? 'replace' : 'merge',
    fields,
    by: readText('by', by),
    reason: readText('reason', reason),
    ...(expectedSequence === undefined ? {} : { expectedSequence: readSequence(expectedSequence) }),
  };
}

function readText(field: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_CHARACTERS_MAX) {
    return value;
  }
  const message = `${field}: must be a text of 1 to ${TEXT_CHARACTERS_MAX} characters`;
  throw new FirstcallError('badRecord', message);
}

function readSequence(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new FirstcallError(
    'badRecord',
    'expectedSequence: must be the sequence of a version, or 0',
  );
}
