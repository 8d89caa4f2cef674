import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { FirstcallError } from '../../schemas/errors.ts';
import { freeBytes } from '../platform/store-limit.ts';
import { Database } from './database.ts';

/** Where the history is kept. */
export interface HistoryPlace {
  /** A server, `http://user:password@host:8123/database`; null: embedded, in `directory`. */
  readonly clickhouseUrl: string | null;
  /** Folder of the embedded database (chDB). One process at a time. */
  readonly directory: string;
}

/** Two ways into one database, because queries on one embedded connection wait for one another. */
export interface HistoryConnection {
  readonly writer: Database;
  readonly reader: Database;
  /** Waits for queries that run; call it before the process exits, or a pending one hangs it. */
  close(): Promise<void>;
}

/** The database if the URL names none. All logs share it: every table has a `log` column. */
const DATABASE = 'firstcall';
const REQUEST_MS_MAX = 60_000;
/**
 * What the disk of an embedded database must have free before tables are made: on a full one chDB
 * writes empty descriptions of them, says nothing, and never opens the folder again.
 */
const ROOM_BYTES_MIN = 64 << 20;

/**
 * Opens the history: ClickHouse over HTTP, or the same engine embedded, behind one client. Does not
 * wait for a server to be there: calls on it fail until it is. Throws FirstcallError `noChdb` if
 * the embedded engine does not load here, `historyInUse` if another process holds the folder,
 * `diskFull` if a new one would have no room. Never
 * call it in a worker thread: chDB ends the process there.
 */
export async function connectHistory(place: HistoryPlace): Promise<HistoryConnection> {
  return place.clickhouseUrl === null
    ? await openEmbedded(place.directory)
    : openServer(place.clickhouseUrl);
}

function openServer(url: string): HistoryConnection {
  const root = new URL(url);
  const database = decodeURIComponent(root.pathname.slice(1)) || DATABASE;
  root.pathname = '/';
  const common = {
    url: root,
    application: 'firstcall',
    request_timeout: REQUEST_MS_MAX,
    // It writes to standard output; whoever gets the error logs it.
    log: { level: ClickHouseLogLevel.OFF },
  };
  const prepare = async () => {
    // Not the client of the database: the server refuses that until the database is there.
    const admin = createClient(common);
    await admin
      .command({ query: `CREATE DATABASE IF NOT EXISTS ${quoteName(database)}` })
      .finally(() => admin.close());
  };
  return connectionOf(() => new Database(createClient({ ...common, database }), { prepare }));
}

async function openEmbedded(directory: string): Promise<HistoryConnection> {
  const { createChdbConnection } = await loadChdb();
  mkdirSync(directory, { recursive: true });
  if (!existsSync(join(directory, 'metadata', `${DATABASE}.sql`))) {
    try {
      requireRoom(directory);
    } catch (cause) {
      throw new FirstcallError('diskFull', (cause as Error).message, { cause });
    }
  }
  const open = () => {
    // Two packages carry a copy each of one interface, and their enums differ to the compiler.
    const connection = createChdbConnection({ path: directory }) as unknown as NonNullable<
      ClickHouseClientConfigOptions['connection']
    >;
    const prepare = async () => requireRoom(directory);
    return new Database(createClient({ connection }), { isEmbedded: true, prepare });
  };
  try {
    const connection = connectionOf(open);
    for (const database of [connection.writer, connection.reader]) {
      await database.run(`CREATE DATABASE IF NOT EXISTS ${quoteName(DATABASE)}`);
      // Holds for this connection only, for as long as it is open.
      await database.run(`USE ${quoteName(DATABASE)}`);
    }
    return connection;
  } catch (cause) {
    const message = `cannot open the embedded history in ${directory} (one process may have it open): ${cause}`;
    throw new FirstcallError('historyInUse', message, { cause });
  }
}

function requireRoom(directory: string): void {
  const bytes = freeBytes(directory);
  if (bytes >= ROOM_BYTES_MIN) return;
  const [free, min] = [bytes, ROOM_BYTES_MIN].map((n) => Math.floor(n / (1 << 20)));
  throw new Error(`the disk of ${directory} has ${free} MiB free, and tables are made with ${min}`);
}

function connectionOf(open: () => Database): HistoryConnection {
  const writer = open();
  const reader = open();
  return {
    writer,
    reader,
    close: async () => {
      await Promise.all([writer.close(), reader.close()]);
    },
  };
}

/** chDB is an optional dependency: it has no binary for Windows or for musl. */
async function loadChdb(): Promise<typeof import('chdb/connection')> {
  try {
    return await import('chdb/connection');
  } catch (cause) {
    const message =
      'the embedded ClickHouse (npm package chdb) does not load here: install it with `npm install chdb` ' +
      '(Linux with glibc, or macOS), or set FIRSTCALL_CLICKHOUSE_URL to a ClickHouse server';
    throw new FirstcallError('noChdb', message, { cause });
  }
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
