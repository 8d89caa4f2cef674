import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LogSequences } from '../../schemas/selection.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { type Model, type ModelMetric, SETTLE_MICROS } from '../scoring/model.ts';
import type { Figures } from './engine-sums.ts';
import type { HistoryClient } from './history-client.ts';

/** What SQL comes to for one (scope, dealer, metric). */
export interface SqlFigures extends Figures {
  readonly scope: string;
  readonly dealer: string;
  /** Mean of the base memory by ClickHouse's own decayed average; null where a weight is not 1. */
  readonly windowMean: number | null;
}

const POLL_MS = 500;
/** A history that stores nothing for so long will not. */
const STALL_MS_MAX = 60_000;

/** Resolves once history holds the log up to a position. Throws FirstcallError `stalled`. */
export async function untilStored(
  history: HistoryClient,
  names: LogNames,
  position: LogSequences,
  signal: AbortSignal,
): Promise<void> {
  const wanted = position.partitions.map((last, p) => [names.stream(p), last] as const);
  const streams = [...wanted, [names.stream('all'), position.all] as const];
  let before = -1;
  for (let stalledMs = 0; stalledMs < STALL_MS_MAX; stalledMs += POLL_MS) {
    const rows = await history.ask('positions');
    const stored = new Map(rows.map((row) => [String(row.stream), Number(row.sequence)]));
    const held = streams.map(([stream, last]) => Math.min(last, stored.get(stream) ?? 0));
    const total = held.reduce((sum, sequence) => sum + sequence, 0);
    if (held.every((sequence, i) => sequence === streams[i]![1])) return;
    if (total > before) stalledMs = 0;
    before = total;
    await delay(POLL_MS, undefined, { signal });
  }
  const seconds = STALL_MS_MAX / 1000;
  throw new FirstcallError('stalled', `history has stored nothing more for ${seconds} s`);
}

/** One run of the SQL oracle (engine/history/oracle.ts). Drop it when done. */
export class OracleRun {
  readonly #history: HistoryClient;
  readonly #run = randomUUID();

  constructor(history: HistoryClient) {
    this.#history = history;
  }

  /** Derives every observation of the log up to a position, step by step. */
  async derive(
    model: Model,
    position: LogSequences,
    onStep: (step: number, steps: number, name: string) => void,
  ): Promise<void> {
    const settings = {
      position,
      latenessUs: model.latenessMicros,
      staleUs: model.staleAfterMicros,
      orderTimeoutUs: model.orderTimeoutMicros,
      settleUs: SETTLE_MICROS,
      tcaNames: model.tcaMetrics.map(({ name }) => name),
      splitBySide: model.splitBySide,
      sizeBounds: model.sizeBounds,
    };
    for (let step = 1, steps = 1; step <= steps; step++) {
      const [row] = await this.#ask('oracleDerive', { step, ...settings });
      steps = Number(row!.steps);
      onStep(step, steps, String(row!.name));
    }
  }

  /** Sums of one metric as of a moment, page by page. */
  async *sums(metric: ModelMetric, asOfUs: number): AsyncGenerator<SqlFigures> {
    const name = { metric: metric.name };
    await this.#ask('oracleSum', { ...name, asOfUs, halfLivesUs: metric.halfLives });
    let after = {};
    for (;;) {
      const rows = await this.#ask('oracleSums', { ...name, ...after });
      if (rows.length === 0) return;
      for (const row of rows) yield readFigures(row);
      const last = rows[rows.length - 1]!;
      after = { afterScope: last.scope, afterDealerId: last.dealer_id };
    }
  }

  async drop(): Promise<void> {
    await this.#ask('oracleDrop', {});
  }

  #ask(query: string, parameters: object) {
    return this.#history.ask(query, { run: this.#run, ...parameters });
  }
}

function readFigures(row: Readonly<Record<string, unknown>>): SqlFigures {
  return {
    scope: String(row.scope),
    dealer: String(row.dealer_id),
    observations: Number(row.observations),
    mean: row.mean as number[],
    mass: row.mass as number[],
    nEff: row.n_eff as number[],
    variance: row.variance as (number | null)[],
    windowMean: row.window_mean === null ? null : Number(row.window_mean),
  };
}
