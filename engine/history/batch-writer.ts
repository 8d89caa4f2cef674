import { FirstcallError } from '../../schemas/errors.ts';
import type { Database } from './database.ts';
import { LOG_TABLES } from './message-rows.ts';
import { type RetryOptions, retryForever } from './retry.ts';
import type { LogTable, Row } from './row.ts';

interface StoredPlace {
  readonly partition: number;
  /** Number or digits, as the server is set. */
  readonly sequence: number | string;
  readonly message_index: number;
  readonly event_id: string;
}

/** See #insertMissing; more than two have never been needed. */
const ATTEMPTS_MAX = 5;

/** Inserts batches of one log, each row exactly once whatever fails in between. */
export class BatchWriter {
  readonly #database: Database;
  readonly #log: string;
  readonly #retry: RetryOptions;

  constructor(database: Database, log: string, retry: RetryOptions) {
    this.#database = database;
    this.#log = log;
    this.#retry = retry;
  }

  /**
   * Inserts the rows of a batch. The same batch number means the same rows, always.
   * @param doubtful whether an earlier process may have inserted some of them
   * Throws FirstcallError `logReplaced` if other rows are where these belong.
   */
  async write(batch: number, rows: readonly Row[], doubtful: boolean): Promise<void> {
    const byTable = groupByTable(rows);
    for (const table of LOG_TABLES) {
      const own = byTable.get(table.name);
      if (own === undefined) continue;
      const token = `${this.#log}/${batch}`;
      await retryForever(async (failures) => {
        if (doubtful || failures > 0) await this.#insertMissing(table, own, token);
        else await this.#insert(table, own, token);
      }, this.#retry);
    }
  }

  /**
   * An insert of this token may have happened in part (it is whole per month), may be under way on a
   * server that has not noticed our death, or may have left its token without its rows when it was
   * killed between the two. So: insert what is not there under the same token, which an insert under
   * way shares; then look again, and insert what a used-up token kept out under a fresh one.
   */
  async #insertMissing(table: LogTable, rows: readonly Row[], token: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const missing = await this.#missing(table, rows);
      if (missing.length === 0) return;
      await this.#insert(table, missing, attempt === 0 ? token : `${token}/${attempt}`);
    }
    const missing = await this.#missing(table, rows);
    if (missing.length > 0) throw new Error(`${table.name} does not take ${missing.length} rows`);
  }

  async #insert(table: LogTable, rows: readonly Row[], token: string): Promise<void> {
    const lines = rows.map((row) => row.line);
    await this.#database.insert(table.name, table.columns, lines, token);
  }

  async #missing(table: LogTable, rows: readonly Row[]): Promise<Row[]> {
    const places = await this.#database.rows<StoredPlace>(selectPlaces(table), {
      log: this.#log,
      ...rangesOf(rows),
    });
    const stored = new Map(
      places.map((p) => [`${p.partition}:${p.sequence}:${p.message_index}`, p.event_id]),
    );
    return rows.filter((row) => {
      const id = stored.get(`${row.partition}:${row.sequence}:${row.index}`);
      if (id !== undefined && id !== row.eventId) throw logReplaced(table, row, id);
      return id === undefined;
    });
  }
}

function groupByTable(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.table);
    if (group === undefined) groups.set(row.table, [row]);
    else group.push(row);
  }
  return groups;
}

function selectPlaces(table: LogTable): string {
  const columns =
    table.placedBy === 'event'
      ? 'partition, sequence, message_index, event_id'
      : "toInt16(0) AS partition, sequence, 0 AS message_index, '' AS event_id";
  const partition = table.placedBy === 'event' ? 't.partition' : 'toInt16(0)';
  return `SELECT ${columns} FROM ${table.name} AS t
    WHERE t.log = {log:String}
      AND t.${table.timeColumn} BETWEEN fromUnixTimestamp64Micro({minUs:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({maxUs:Int64}, 'UTC')
      AND t.sequence >= {first:Map(Int16, UInt64)}[${partition}]
      AND t.sequence <= {last:Map(Int16, UInt64)}[${partition}]`;
}

/** Where the rows lie: times, and per partition the sequences; a map's absent key reads as 0. */
function rangesOf(rows: readonly Row[]) {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  let minUs = Number.POSITIVE_INFINITY;
  let maxUs = 0;
  for (const { partition, sequence, tsUs } of rows) {
    first.set(partition, Math.min(sequence, first.get(partition) ?? sequence));
    last.set(partition, Math.max(sequence, last.get(partition) ?? sequence));
    minUs = Math.min(minUs, tsUs);
    maxUs = Math.max(maxUs, tsUs);
  }
  return { first, last, minUs, maxUs };
}

function logReplaced(table: LogTable, row: Row, storedId: string): FirstcallError {
  const place = `partition ${row.partition}, sequence ${row.sequence}, index ${row.index}`;
  const message = `${table.name} holds event ${storedId} at ${place}, where the log has ${row.eventId}: the log was replaced by another one; keep that under a name of its own (--log NAME), or start a new history`;
  return new FirstcallError('logReplaced', message);
}
