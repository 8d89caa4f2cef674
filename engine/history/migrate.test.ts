import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectHistory, type HistoryConnection } from './connect.ts';
import { LOG_TABLES } from './message-rows.ts';
import { migrate, readMigrations } from './migrate.ts';
import { retryForever } from './retry.ts';
import { splitStatements } from './sql-files.ts';

const HALF = {
  name: '9001_half',
  text: 'CREATE TABLE IF NOT EXISTS half (a UInt8) ENGINE = MergeTree ORDER BY a;',
};

let directory: string;
let connection: HistoryConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'firstcall-history-'));
  connection = await connectHistory({ clickhouseUrl: null, directory });
});

afterAll(async () => {
  await connection.close();
  await rm(directory, { recursive: true });
});

test('migrations are applied once, in order', async () => {
  const names = readMigrations().map((migration) => migration.name);
  expect(await migrate(connection.writer)).toEqual(names);
  expect(await migrate(connection.writer)).toEqual([]);
  expect(names).toEqual([...names].sort());
});

test('a migration that was killed half-way is applied again', async () => {
  for (const statement of splitStatements(HALF.text)) await connection.writer.run(statement);
  expect(await migrate(connection.writer, [...readMigrations(), HALF])).toEqual(['9001_half']);
});

test('a migration that has changed is refused, and says what to do', async () => {
  const [first, ...others] = readMigrations();
  const changed = [{ name: first!.name, text: `${first!.text}-- more\n` }, ...others, HALF];
  await expect(migrate(connection.writer, changed)).rejects.toMatchObject({
    code: 'migrationChanged',
    message: expect.stringMatching(
      /^schemas\/clickhouse\/0001_plans\.sql has changed since .* new migration$/,
    ),
  });
});

test('tables of a newer version are refused', async () => {
  await expect(migrate(connection.writer)).rejects.toMatchObject({
    code: 'migrationUnknown',
    message: expect.stringContaining('9001_half'),
  });
});

test('line ends do not make a migration another one', async () => {
  const windows = readMigrations().map(({ name, text }) => ({
    name,
    text: text.replaceAll('\n', '\r\n'),
  }));
  expect(await migrate(connection.writer, [...windows, HALF])).toEqual([]);
});

test('every table of the log has the columns that are written to it', async () => {
  for (const table of LOG_TABLES) {
    const rows = await connection.reader.rows<{ name: string }>(
      `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}`,
      { table: table.name },
    );
    const known = rows.map((row) => row.name);
    expect(known).toEqual(expect.arrayContaining([...table.columns]));
  }
});

test('a migration that is wrong ends the start, instead of being tried for ever', async () => {
  const wrong = {
    name: '9002_wrong',
    text: 'CREATE TABLE wrong\n(\n a UInt8 CODEC(ZSTD) COMMENT 1\n);',
  };
  const migrations = [...readMigrations(), HALF, wrong];
  const onFailure = () => {};
  const retry = { signal: new AbortController().signal, onFailure };
  const migrated = retryForever(() => migrate(connection.writer, migrations), retry);
  await expect(migrated).rejects.toThrow(/Syntax error/);
});

test('statements end at a semicolon that ends a line; comments before them are dropped', () => {
  const text =
    "-- a; comment\nSELECT ';' AS a;\n\n-- another\nSELECT 2\n-- inside\n;\n-- the end\n";
  expect(splitStatements(text)).toEqual(["SELECT ';' AS a", 'SELECT 2\n-- inside']);
});
