import { PEER_METRICS, PRIOR_STRENGTH, signedWeight } from './metrics.ts';
import { batchesOf, type IngestPeer, type SelectPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import { importPeer } from './peer-packages.ts';
import { additionsOf, type Best, type Cell, cellsOf, type Sums, sumsOf } from './sums.ts';

interface Appender {
  appendVarchar(value: string): void;
  appendUTinyInt(value: number): void;
  appendDouble(value: number): void;
  endRow(): void;
  closeSync(): void;
}

interface Reader {
  getRows(): unknown[][];
}

interface Prepared {
  bind(values: Readonly<Record<string, string | number>>): void;
  runAndReadAll(): Promise<Reader>;
}

interface Connection {
  run(sql: string): Promise<unknown>;
  prepare(sql: string): Promise<Prepared>;
  runAndReadAll(sql: string): Promise<Reader>;
  createAppender(table: string): Promise<Appender>;
  closeSync(): void;
}

/** What is used of `@duckdb/node-api`. */
interface DuckDbPackage {
  DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
  version(): string;
}

/** DuckDB in memory: rows are appended in bulk and added to the sums, the question is a prepared statement. */
export class DuckDb implements SelectPeer, IngestPeer {
  readonly version: string;
  readonly pids = [];
  readonly #market: PeerMarket;
  readonly #connection: Connection;
  readonly #question: Prepared;

  private constructor(
    market: PeerMarket,
    version: string,
    connection: Connection,
    question: Prepared,
  ) {
    this.#market = market;
    this.version = `DuckDB ${version}`;
    this.#connection = connection;
    this.#question = question;
  }

  static async open(market: PeerMarket): Promise<DuckDb> {
    const { DuckDBInstance, version } = await importPeer<DuckDbPackage>('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    for (const sql of SCHEMA) await connection.run(sql);
    return new DuckDb(market, version(), connection, await connection.prepare(QUESTION));
  }

  async load(_: readonly JudgedQuote[], sums: Sums): Promise<void> {
    await this.#append('cells', cellsOf(sums));
  }

  async ask({ chain, factor }: Question): Promise<Best[]> {
    const [instrument, segment, assetClass] = chain as [string, string, string];
    this.#question.bind({ instrument, segment, assetClass, factor });
    const rows = (await this.#question.runAndReadAll()).getRows() as [string, number][];
    return rows.map(([dealerId, composite]) => ({ dealerId, composite }));
  }

  async ingest(quotes: readonly JudgedQuote[]): Promise<void> {
    for (const batch of batchesOf(quotes)) {
      await this.#append('incoming', additionsOf(this.#market, batch));
      await this.#connection.run(ADD);
      await this.#connection.run('TRUNCATE incoming');
    }
  }

  async sums(): Promise<Sums> {
    const sql = 'SELECT scope, dealer, metric, v, vx FROM cells';
    const rows = (await this.#connection.runAndReadAll(sql)).getRows();
    const cells = (rows as [string, string, number, number, number][]).map(
      ([scope, dealerId, metric, v, vx]): Cell => ({ scope, dealerId, metric, v, vx }),
    );
    return sumsOf(cells, this.#market.metrics);
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
  }

  async #append(table: string, cells: Iterable<Cell>): Promise<void> {
    const appender = await this.#connection.createAppender(table);
    for (const { scope, dealerId, metric, v, vx } of cells) {
      appender.appendVarchar(scope);
      appender.appendVarchar(dealerId);
      appender.appendUTinyInt(metric);
      appender.appendDouble(v);
      appender.appendDouble(vx);
      appender.endRow();
    }
    appender.closeSync();
  }
}

const COLUMNS = 'scope VARCHAR, dealer VARCHAR, metric UTINYINT, v DOUBLE, vx DOUBLE';
const metricRows = PEER_METRICS.map((m, i) => `(${i}, ${signedWeight(m)}, ${m.prior})`);
const SCHEMA = [
  `CREATE TABLE cells (${COLUMNS}, PRIMARY KEY (scope, dealer, metric))`,
  `CREATE TABLE incoming (${COLUMNS})`,
  'CREATE TABLE metrics (metric UTINYINT, weight DOUBLE, prior DOUBLE)',
  `INSERT INTO metrics VALUES ${metricRows.join(', ')}`,
];

const ADD = `INSERT INTO cells
SELECT scope, dealer, metric, sum(v) AS v, sum(vx) AS vx FROM incoming GROUP BY ALL
ON CONFLICT DO UPDATE SET v = v + excluded.v, vx = vx + excluded.vx`;

const sumsAt = (scope: string, i: number): string =>
  `coalesce(sum(v) FILTER (scope = ${scope}), 0) AS v${i}, coalesce(sum(vx) FILTER (scope = ${scope}), 0) AS x${i}`;
const shrink = (v: string, vx: string, parent: string): string =>
  `(${vx} * $factor + ${PRIOR_STRENGTH} * ${parent}) / (${v} * $factor + ${PRIOR_STRENGTH})`;
const SCOPES = ['$instrument', '$segment', '$assetClass', "'ALL'"];

const QUESTION = `
WITH field AS (
  SELECT metrics.metric, weight, ${shrink('v', 'vx', 'prior')} AS field
  FROM metrics JOIN cells ON cells.metric = metrics.metric WHERE scope = 'ALL' AND dealer = '*'),
sums AS (
  SELECT dealer, metric, ${SCOPES.map(sumsAt).join(', ')}
  FROM cells WHERE scope IN (${SCOPES.join(', ')}) AND dealer <> '*' GROUP BY dealer, metric)
SELECT dealer, sum(weight * e0) AS composite
FROM (
  SELECT dealer, weight, ${shrink('v3', 'x3', 'field')} AS e3, ${shrink('v2', 'x2', 'e3')} AS e2,
    ${shrink('v1', 'x1', 'e2')} AS e1, ${shrink('v0', 'x0', 'e1')} AS e0
  FROM sums JOIN field USING (metric))
GROUP BY dealer ORDER BY composite DESC, dealer LIMIT 5`;
