import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { CLICKHOUSE_SCHEMA, questionSql } from './clickhouse-sql.ts';
import { batchesOf, type IngestPeer, type SelectPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import { type Best, type Cell, cellsOf, type Sums, sumsOf } from './sums.ts';

/** Where the sums lie: rows that were written ready, or what a materialised view makes of quotes. */
export type ClickHouseTable = 'rows' | 'view';

/** Its documentation asks for batches of at least 1,000 rows, better 10,000 and more. */
const ROWS_A_BATCH = 10_000;

/** ClickHouse embedded (chDB), behind its own client: no socket, and the same engine. */
export class ClickHouse implements SelectPeer, IngestPeer {
  readonly version: string;
  readonly pids = [];
  readonly #client: ClickHouseClient;
  readonly #market: PeerMarket;
  readonly #table: ClickHouseTable;
  readonly #question: string;

  private constructor(
    client: ClickHouseClient,
    version: string,
    market: PeerMarket,
    table: ClickHouseTable,
  ) {
    this.#client = client;
    this.version = version;
    this.#market = market;
    this.#table = table;
    this.#question = questionSql(table);
  }

  static async open(market: PeerMarket, table: ClickHouseTable): Promise<ClickHouse> {
    const { createChdbConnection } = await import('chdb/connection');
    const folder = await mkdtemp(join(tmpdir(), 'firstcall-bench-chdb-'));
    // Two packages carry a copy each of one interface, and their enums differ to the compiler.
    const connection = createChdbConnection({ path: folder }) as unknown as never;
    const client = createClient({ connection });
    for (const query of CLICKHOUSE_SCHEMA) await client.command({ query });
    const answer = await client.query({ query: 'SELECT version()', format: 'JSONCompactEachRow' });
    const [[version]] = (await answer.json()) as [[string]];
    return new ClickHouse(client, `ClickHouse ${version} (chDB)`, market, table);
  }

  async load(quotes: readonly JudgedQuote[], sums: Sums): Promise<void> {
    if (this.#table === 'view') return this.ingest(quotes);
    const values = Array.from(cellsOf(sums), (c) => [c.scope, c.dealerId, c.metric, c.v, c.vx]);
    await this.#insert('peers.rows', values);
    await this.#client.command({ query: 'OPTIMIZE TABLE peers.rows FINAL' });
  }

  async ask({ chain, factor }: Question): Promise<Best[]> {
    const [instrument, segment, assetClass] = chain;
    const answer = await this.#client.query({
      query: this.#question,
      query_params: { instrument, segment, assetClass, factor },
      format: 'JSONCompactEachRow',
    });
    const rows = (await answer.json()) as [string, number][];
    return rows.map(([dealerId, composite]) => ({ dealerId, composite }));
  }

  async ingest(quotes: readonly JudgedQuote[]): Promise<void> {
    const rows = quotes.map(({ dealer, instrument, tsEvent, values }) => {
      const [own, segment, assetClass] = this.#market.chains[instrument]!;
      return [tsEvent, this.#market.dealerIds[dealer]!, own, segment, assetClass, values];
    });
    await this.#insert('peers.quotes', rows);
  }

  async sums(): Promise<Sums> {
    const query = `SELECT scope, dealer, metric, sum(v), sum(vx) FROM peers.${this.#table} GROUP BY scope, dealer, metric`;
    const answer = await this.#client.query({ query, format: 'JSONCompactEachRow' });
    const rows = (await answer.json()) as [string, string, number, number, number][];
    const cells = rows.map(([scope, dealerId, metric, v, vx]): Cell => {
      return { scope, dealerId, metric, v, vx };
    });
    return sumsOf(cells, this.#market.metrics);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void> {
    for (const values of batchesOf(rows, ROWS_A_BATCH)) {
      await this.#client.insert({ table, values, format: 'JSONCompactEachRow' });
    }
  }
}
