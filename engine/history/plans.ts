import { FirstcallError } from '../../schemas/errors.ts';
import type { Database } from './database.ts';
import type { Positions } from './row.ts';

/** What a process is about to insert: everything between two positions of the log. */
export interface Plan {
  /** Counts up by one per log. */
  readonly batch: number;
  /** Everything up to here is in the tables. */
  readonly stored: Positions;
  /** Everything after `stored` and up to here is in this batch. */
  readonly planned: Positions;
}

interface PlanRow extends Plan {
  readonly writer: string;
}

/** A token that is used up (by an insert that was killed half-way) is replaced so often. */
const ATTEMPTS_MAX = 5;

/**
 * The table that says how far the history of one log is (schemas/clickhouse/0001_plans.sql). A plan is
 * written before its batch, so whoever comes after a crash knows exactly what may be there in part.
 */
export class PlanTable {
  readonly #database: Database;
  readonly #log: string;
  readonly #writer: string;

  /** @param writer random, another one in each process */
  constructor(database: Database, log: string, writer: string) {
    this.#database = database;
    this.#log = log;
    this.#writer = writer;
  }

  /** The newest plan, by whomever; null if the log has no history yet. */
  async newest(): Promise<Plan | null> {
    return await this.#newest();
  }

  /**
   * Notes a plan before its batch is inserted. May be repeated. Throws FirstcallError
   * `historyTaken` if another process has planned this batch or a later one.
   */
  async claim(plan: Plan): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      await this.#insert(plan, attempt);
      const newest = await this.#newest();
      if (newest === null || newest.batch < plan.batch) continue;
      if (newest.batch === plan.batch && newest.writer === this.#writer) return;
      const message = `another process writes the history of log "${this.#log}" (batch ${newest.batch}): stop one of the two`;
      throw new FirstcallError('historyTaken', message);
    }
    throw new Error(`history_plans does not take batch ${plan.batch} of log "${this.#log}"`);
  }

  async #newest(): Promise<PlanRow | null> {
    const [row] = await this.#database.rows<PlanRow>(
      `SELECT batch, writer, stored, planned FROM history_plans
      WHERE log = {log:String} ORDER BY batch DESC LIMIT 1`,
      { log: this.#log },
    );
    if (row === undefined) return null;
    return {
      batch: Number(row.batch),
      writer: row.writer,
      stored: toNumbers(row.stored),
      planned: toNumbers(row.planned),
    };
  }

  async #insert(plan: Plan, attempt: number): Promise<void> {
    const line = JSON.stringify([this.#log, plan.batch, this.#writer, plan.stored, plan.planned]);
    const columns = ['log', 'batch', 'writer', 'stored', 'planned'];
    const token = `${this.#log}/${plan.batch}/${attempt}`;
    await this.#database.insert('history_plans', columns, [line], token);
  }
}

/** A server may be set to write 64-bit integers as text. */
function toNumbers(positions: Readonly<Record<string, unknown>>): Positions {
  return Object.fromEntries(Object.entries(positions).map(([name, n]) => [name, Number(n)]));
}
