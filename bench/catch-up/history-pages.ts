import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  createClient,
} from '@clickhouse/client';
import { EVENT_LOG_TABLES } from '../../engine/history/event-tables.ts';

/** Rows of one table in a page. */
interface TableRows {
  readonly table: string;
  /** Of the values of a line that follow its place (partition, sequence, index in the message). */
  readonly columns: readonly string[];
  /** JSONCompactEachRow, in the order of the log. */
  readonly text: string;
}

/** Rows of all tables between two moments at which the log took them: whole messages. */
export interface Page {
  readonly rows: number;
  readonly tables: readonly TableRows[];
}

const PLACE = ['partition', 'sequence', 'message_index'];
/** Constant, or no part of an event. */
const LEFT_OUT = new Set(['log', 'ts_log_us', ...PLACE]);
/** chDB hands a result over whole, so that a page bounds the memory of its reader. */
const PAGE_ROWS_MAX = 50_000;
/** Fewer of a short log, so that its speed can be taken between two pages. */
const PAGES_MIN = 16;
/** The finest that pages are cut, of the log's clock. */
const SLOT_MICROS = 10_000;

const TABLES = EVENT_LOG_TABLES.map(({ name, columns }) => ({
  name,
  columns: columns.filter((column) => !LEFT_OUT.has(column)),
}));

/** Reads the events of a log back out of the tables of an embedded history, in the log's order. */
export class HistoryPages {
  readonly #client: ClickHouseClient;
  readonly #log: string;

  private constructor(client: ClickHouseClient, log: string) {
    this.#client = client;
    this.#log = log;
  }

  /** No other process may have the folder open. */
  static async open(directory: string, log: string): Promise<HistoryPages> {
    // Not before: it is optional, and large.
    const { createChdbConnection } = await import('chdb/connection');
    const connection = createChdbConnection({ path: directory }) as unknown as NonNullable<
      ClickHouseClientConfigOptions['connection']
    >;
    const client = createClient({ connection });
    await client.command({ query: 'USE firstcall' });
    return new HistoryPages(client, log);
  }

  async *read(): AsyncGenerator<Page> {
    for (const { from, to, rows } of await this.#plan()) {
      const tables: TableRows[] = [];
      for (const { name, columns } of TABLES) {
        const query = `SELECT ${[...PLACE, ...columns].join(', ')} FROM ${name}
          WHERE log = {log:String} AND ts_log_us >= {from:Int64} AND ts_log_us < {to:Int64}
          ORDER BY ts_log_us, partition, sequence, message_index`;
        tables.push({ table: name, columns, text: await this.#ask(query, { from, to }) });
      }
      yield { rows, tables };
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Moments of the log's clock at which pages begin and end. */
  async #plan(): Promise<{ from: number; to: number; rows: number }[]> {
    const query = `SELECT intDiv(ts_log_us, {slot:Int64}) AS slot, count() FROM event_positions
      WHERE log = {log:String} GROUP BY slot ORDER BY slot`;
    const slots = linesOf(await this.#ask(query, { slot: SLOT_MICROS })) as [number, number][];
    const pages: { from: number; to: number; rows: number }[] = [];
    const total = slots.reduce((sum, [, rows]) => sum + rows, 0);
    const pageRows = Math.min(PAGE_ROWS_MAX, total / PAGES_MIN);
    for (const [slot, rows] of slots) {
      const page = pages.at(-1);
      const to = (slot + 1) * SLOT_MICROS;
      if (page === undefined || page.rows >= pageRows) {
        pages.push({ from: slot * SLOT_MICROS, to, rows });
      } else {
        page.rows += rows;
        page.to = to;
      }
    }
    return pages;
  }

  async #ask(query: string, parameters: Record<string, unknown>): Promise<string> {
    const result = await this.#client.query({
      query,
      format: 'JSONCompactEachRow',
      query_params: { log: this.#log, ...parameters },
    });
    return await result.text();
  }
}

/** Rows of JSONCompactEachRow. */
export function linesOf(text: string): unknown[][] {
  return JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`);
}
