import { join } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';
import type { Database, QueryParameters } from './database.ts';
import { type OracleQuestion, readOracleQuestion } from './oracle-questions.ts';
import { readQuery, readSqlFiles, type SqlFile, sqlDirectory } from './sql-files.ts';

type AnswerRow = Readonly<Record<string, unknown>>;

interface RunState {
  readonly run: string;
  /** Steps that have begun, and that are finished. */
  readonly begun: number;
  readonly finished: number;
}

/** Runs that may be there at once; one more is refused as `busy`. */
const RUNS_MAX = 4;
/** A run that nobody has touched for so long was left behind, and goes when the next one begins. */
const IDLE_SECONDS_MAX = 3_600;

const STEPS_TABLE = 'oracle_steps';
/** Partitioned by run and metric. */
const SUMS_TABLE = 'oracle_sums';
/** Partitioned by run (schemas/clickhouse/0008_oracle.sql). */
const STAGE_TABLES = [
  'oracle_accepted',
  'oracle_watermarks',
  'oracle_reference',
  'oracle_mids',
  'oracle_closed',
  'oracle_fills',
  'oracle_asks',
  'oracle_answers',
  'oracle_requests',
  'oracle_moments',
  'oracle_values',
  'oracle_observations',
];

/**
 * Computes what docs/scoring.md defines a second time, in SQL over the raw events of one log, and sums
 * it up. Deriving takes as many questions as there are steps, so that none runs long: statements on a
 * connection wait for one another. One asker a run; a step that failed cannot be repeated, begin again.
 */
export class Oracle {
  readonly #database: Database;
  readonly #log: string;
  readonly #steps: readonly SqlFile[];

  constructor(database: Database, log: string) {
    this.#database = database;
    this.#log = log;
    this.#steps = readSqlFiles(join(sqlDirectory(), 'oracle'));
  }

  /**
   * Answers a named question; null if it is not for the oracle. Throws FirstcallError
   * `badParameters`, `busy` if too many runs are there, `oracleOrder` if the steps before are missing.
   */
  async answer(name: string, parameters: unknown): Promise<readonly AnswerRow[] | null> {
    const question = readOracleQuestion(name, parameters);
    if (question === null) return null;
    const run = `${this.#log}/${question.run}`;
    const bound = { log: this.#log, ...question.parameters, run };
    switch (question.name) {
      case 'oracleDerive':
        return [await this.#derive(question, bound)];
      case 'oracleDrop':
        await this.#drop(run);
        return [];
      case 'oracleSum':
        await this.#requireDerived(run);
        // Keeps a run that is read for long from being taken for one that was left behind.
        await this.#note(run, this.#steps.length, true);
        return await this.#sum(bound);
      case 'oracleSums':
        await this.#requireDerived(run);
        return await this.#database.rows(readQuery('oracle_sums'), bound);
      case 'oracleMetrics':
        await this.#requireDerived(run);
        return await this.#database.rows(readQuery('oracle_metrics'), bound);
      case 'oracleObservations':
        await this.#requireDerived(run);
        return await this.#database.rows(readQuery('oracle_observations'), bound);
    }
  }

  async #derive({ step }: OracleQuestion, bound: QueryParameters & { run: string }) {
    const file = this.#steps[step - 1];
    if (file === undefined) {
      throw new FirstcallError('badParameters', `step: there are ${this.#steps.length}`);
    }
    if (step === 1) await this.#begin(bound.run);
    const state = await this.#stateOf(bound.run);
    if (state.begun !== step - 1 || state.finished !== step - 1) throw outOfOrder(state, step);
    await this.#note(bound.run, step, false);
    await this.#database.run(file.text, bound);
    await this.#note(bound.run, step, true);
    return { step, steps: this.#steps.length, name: file.name };
  }

  /** Makes room for a run. */
  async #begin(run: string): Promise<void> {
    const states = await this.#database.rows<{ run: string; is_idle: boolean }>(
      `SELECT run, max(at) < now64(3, 'UTC') - toIntervalSecond({idle:UInt32}) AS is_idle
      FROM ${STEPS_TABLE} GROUP BY run`,
      { idle: IDLE_SECONDS_MAX },
    );
    const gone = states.filter((state) => state.is_idle || state.run === run);
    if (states.length - gone.length >= RUNS_MAX) {
      const message = `${RUNS_MAX} runs of the oracle are there: drop one, or wait until it is idle for ${IDLE_SECONDS_MAX} s`;
      throw new FirstcallError('busy', message);
    }
    for (const state of gone) await this.#drop(state.run);
  }

  /** The note that there is a run goes last, so that a drop that was cut short is done again. */
  async #drop(run: string): Promise<void> {
    const summed = await this.#database.rows<{ metric: string }>(
      `SELECT DISTINCT metric FROM ${SUMS_TABLE} WHERE run = {run:String}`,
      { run },
    );
    for (const { metric } of summed) await this.#dropSums({ run, metric });
    for (const table of [...STAGE_TABLES, STEPS_TABLE]) {
      await this.#database.run(`ALTER TABLE ${table} DROP PARTITION {run:String}`, { run });
    }
  }

  async #sum(bound: QueryParameters): Promise<readonly AnswerRow[]> {
    await this.#dropSums(bound);
    await this.#database.run(readQuery('oracle_sum'), bound);
    return await this.#database.rows(
      `SELECT count() AS cells, sum(observations) AS observations FROM ${SUMS_TABLE}
      WHERE run = {run:String} AND metric = {metric:String}`,
      bound,
    );
  }

  async #dropSums(bound: QueryParameters): Promise<void> {
    const statement = `ALTER TABLE ${SUMS_TABLE} DROP PARTITION ({run:String}, {metric:String})`;
    await this.#database.run(statement, bound);
  }

  async #requireDerived(run: string): Promise<void> {
    const state = await this.#stateOf(run);
    const last = this.#steps.length;
    if (state.finished < last) throw outOfOrder(state, last + 1);
  }

  async #stateOf(run: string): Promise<RunState> {
    const [row] = await this.#database.rows<{ begun: number; finished: number }>(
      `SELECT max(step) AS begun, maxIf(step, finished) AS finished
      FROM ${STEPS_TABLE} WHERE run = {run:String}`,
      { run },
    );
    return { run, begun: row?.begun ?? 0, finished: row?.finished ?? 0 };
  }

  async #note(run: string, step: number, finished: boolean): Promise<void> {
    await this.#database.run(
      `INSERT INTO ${STEPS_TABLE} (run, step, finished) SELECT {run:String}, {step:UInt8}, {finished:Bool}`,
      { run, step, finished },
    );
  }
}

function outOfOrder({ run, begun, finished }: RunState, step: number): FirstcallError {
  const message = `run ${run}: step ${step} comes after step ${step - 1}; begun are ${begun}, finished ${finished}: begin again with step 1`;
  return new FirstcallError('oracleOrder', message);
}
