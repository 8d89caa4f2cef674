import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { decode, encode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { SnapshotFrame, SumsRow } from '../../schemas/protocol.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { connectNats } from '../platform/log.ts';
import { cellAt } from '../scoring/block.ts';
import { COUNT, cellEffectiveSample, cellMass, cellMean, cellVariance } from '../scoring/cell.ts';
import { decayTime } from '../scoring/decay.ts';
import { type Model, metricOf } from '../scoring/model.ts';
import { POOL_DEALER } from '../scoring/scopes.ts';
import type { LogEnds } from './log-ends.ts';

const METRIC = 'quoteDistanceBps';
const POLL_MS = 250;
/** Queries of a big log take their time. */
const ANSWER_MS_MAX = 120_000;
/** A history that stores nothing for so long will not. */
const STALL_MS_MAX = 60_000;

/** What the engine's sums and the database's own computing say of one dealer. */
const FIGURES = ['observations', 'mean', 'mass', 'n_eff', 'variance'] as const;
type Figures = Record<(typeof FIGURES)[number], number | null>;

export interface SqlCheck {
  readonly dealers: number;
  readonly observations: number;
  /** Largest difference of each figure, relative to max(1, both), and whose it is. */
  readonly worst: readonly { figure: string; difference: number; dealerId: string }[];
}

export interface SqlCheckOptions {
  readonly natsUrl: string;
  readonly names: LogNames;
  readonly ends: LogEnds;
  readonly model: Model;
}

/**
 * Compares the engine's `quoteDistanceBps` of every dealer with what ClickHouse computes by SQL from
 * the raw quotes of the same log (schemas/clickhouse/queries/quote_distance.sql). `frame` is the
 * state of `sums:ALL`. Throws FirstcallError `stalled` or what the query was refused with.
 */
export async function checkAgainstSql(
  frame: SnapshotFrame,
  options: SqlCheckOptions,
): Promise<SqlCheck> {
  const nc = await connectNats(options.natsUrl, 'firstcall-sql-check');
  try {
    await untilStored(nc, options);
    return compare(engineFigures(frame, options.model), await sqlFigures(nc, frame.asOf, options));
  } finally {
    await nc.close();
  }
}

export function describeCheck({ dealers, observations, worst }: SqlCheck): string {
  const lines = worst.map(
    ({ figure, difference, dealerId }) =>
      `  ${figure.padEnd(13)} ${difference.toExponential(1).padStart(8)}  ${dealerId}`,
  );
  const what = `${observations} observations of ${dealers} dealers`;
  return `SQL over the raw quotes; largest relative differences, ${what}:\n${lines.join('\n')}`;
}

/** Past this the two are not the same numbers. */
export const SQL_TOLERANCE = 1e-9;

async function untilStored(nc: NatsConnection, { names, ends }: SqlCheckOptions): Promise<void> {
  let stalledMs = 0;
  for (let before = -1; stalledMs < STALL_MS_MAX; ) {
    const rows = await askHistory(nc, names, 'positions', {});
    const stored = new Map(rows.map((row) => [row.stream, Number(row.sequence)]));
    const wanted = ends.position.partitions.map((last, p) => [names.stream(p), last] as const);
    if (wanted.every(([stream, last]) => (stored.get(stream) ?? 0) >= last)) return;
    const now = wanted.reduce((sum, [stream]) => sum + (stored.get(stream) ?? 0), 0);
    stalledMs = now === before ? stalledMs + POLL_MS : 0;
    before = now;
    await delay(POLL_MS);
  }
  const seconds = STALL_MS_MAX / 1000;
  throw new FirstcallError('stalled', `history has stored nothing more for ${seconds} s`);
}

async function sqlFigures(
  nc: NatsConnection,
  asOfUs: number,
  { names, model }: SqlCheckOptions,
): Promise<Map<string, Figures>> {
  const { halfLives, ranked } = metricOf(model, METRIC)!;
  const rows = await askHistory(nc, names, 'quoteDistance', {
    halfLifeUs: halfLives[ranked],
    asOfUs,
    latenessUs: model.latenessMicros,
    staleUs: model.staleAfterMicros,
  });
  const figuresOf = (row: Record<string, unknown>): Figures =>
    Object.fromEntries(
      FIGURES.map((name) => [name, row[name] === null ? null : Number(row[name])]),
    ) as Figures;
  return new Map(rows.map((row) => [String(row.dealer_id), figuresOf(row)]));
}

function engineFigures(frame: SnapshotFrame, model: Model): Map<string, Figures> {
  const { column, halfLives, ranked } = metricOf(model, METRIC)!;
  const asOf = decayTime(frame.asOf, halfLives[ranked]!);
  const figures = new Map<string, Figures>();
  for (const { dealerId, sums } of frame.rows as readonly SumsRow[]) {
    const cells = Float64Array.from(sums);
    const at = cellAt(cells, 0, column);
    if (dealerId === POOL_DEALER || at < 0 || cells[at + COUNT] === 0) continue;
    figures.set(dealerId, {
      observations: cells[at + COUNT]!,
      mean: cellMean(cells, at, ranked),
      mass: cellMass(cells, at, ranked, asOf),
      n_eff: cellEffectiveSample(cells, at, ranked),
      variance: cellVariance(cells, at, ranked),
    });
  }
  return figures;
}

function compare(
  engine: ReadonlyMap<string, Figures>,
  sql: ReadonlyMap<string, Figures>,
): SqlCheck {
  const dealerIds = [...new Set([...engine.keys(), ...sql.keys()])];
  const worst = FIGURES.map((figure) => {
    const differences = dealerIds.map((dealerId) => ({
      figure,
      dealerId,
      difference: difference(engine.get(dealerId)?.[figure], sql.get(dealerId)?.[figure]),
    }));
    return differences.reduce((a, b) => (b.difference > a.difference ? b : a), {
      figure,
      dealerId: '',
      difference: 0,
    });
  });
  const observations = [...engine.values()].reduce((sum, f) => sum + (f.observations ?? 0), 0);
  return { dealers: engine.size, observations, worst };
}

/** Infinite where only one side has the figure. */
function difference(a: number | null | undefined, b: number | null | undefined): number {
  if (a == null || b == null) return a === b ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
}

async function askHistory(
  nc: NatsConnection,
  names: LogNames,
  query: string,
  parameters: Record<string, unknown>,
): Promise<Record<string, unknown>[]> {
  const subject = `${names.root}.history.query`;
  const reply = await nc.request(subject, encode({ query, parameters }), {
    timeout: ANSWER_MS_MAX,
  });
  const answer = decode(reply.data) as {
    rows?: Record<string, unknown>[];
    error?: { code: string; message: string };
  };
  if (answer.rows !== undefined) return answer.rows;
  const { code = 'badAnswer', message = 'no rows' } = answer.error ?? {};
  throw new FirstcallError(code, `history: ${message}`);
}
