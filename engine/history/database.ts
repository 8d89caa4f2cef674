import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient } from '@clickhouse/client';

export interface DatabaseOptions {
  /** Before tables are made: makes the database itself, or looks whether there is room. */
  readonly prepare?: () => Promise<void>;
  readonly isEmbedded?: boolean;
}

export type QueryParameters = Readonly<Record<string, unknown>>;

/**
 * What an insert must not leave to a server's defaults: it is on disk when it returns, its token makes
 * a repeat harmless, one insert is one block, every month of event time is welcome, and a number is
 * the one that was written (the fast parser is wrong in the last digit of one double in six).
 * Written into each statement, since chDB would keep settings of the client for later statements.
 */
const INSERT_SETTINGS = [
  'async_insert = 0',
  'insert_deduplicate = 1',
  'input_format_parallel_parsing = 0',
  'max_partitions_per_insert_block = 0',
  'precise_float_parsing = 1',
].join(', ');

/**
 * One connection to ClickHouse, a server or the embedded engine. Statements on an embedded one wait
 * for one another.
 */
export class Database {
  readonly #client: ClickHouseClient;
  readonly #options: DatabaseOptions;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(client: ClickHouseClient, options: DatabaseOptions = {}) {
    this.#client = client;
    this.#options = options;
  }

  /** What this connection needs before tables are made. */
  async prepare(): Promise<void> {
    await this.#options.prepare?.();
  }

  /** All rows as objects. Integers past 2^53 would lose digits: select `toString` of them. */
  async rows<T>(query: string, parameters: QueryParameters = {}): Promise<T[]> {
    return await this.#track(this.#rows<T>(query, parameters));
  }

  async #rows<T>(query: string, parameters: QueryParameters): Promise<T[]> {
    const result = await this.#client.query({
      query,
      format: 'JSONEachRow',
      query_params: { ...parameters },
    });
    return await result.json<T>();
  }

  async run(statement: string, parameters: QueryParameters = {}): Promise<void> {
    const query_params = { ...parameters };
    await this.#track(this.#client.command({ query: statement, query_params }));
  }

  /**
   * Inserts lines of JSONCompactEachRow. The rows of one month of a table appear at once or not at
   * all. With a token that the table has seen lately, nothing happens.
   * @param columns names, in the order of the values of a line
   */
  async insert(
    table: string,
    columns: readonly string[],
    lines: readonly string[],
    token: string,
  ): Promise<void> {
    const settings = `${INSERT_SETTINGS}, insert_deduplication_token = ${quoteText(token)}`;
    const query = `INSERT INTO ${table} (${columns.join(', ')}) SETTINGS ${settings} FORMAT JSONCompactEachRow`;
    await this.#track(this.#insert(query, lines.join('\n')));
  }

  async #insert(query: string, body: string): Promise<void> {
    const { stream } = await this.#client.exec({ query, values: Readable.from([body]) });
    await text(stream);
  }

  /** An embedded engine first ends what runs: the process could not exit before. */
  async close(): Promise<void> {
    if (this.#options.isEmbedded === true) await Promise.allSettled(this.#pending);
    await this.#client.close();
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    try {
      return await work;
    } finally {
      this.#pending.delete(work);
    }
  }
}

function quoteText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
