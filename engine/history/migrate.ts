import { createHash, randomUUID } from 'node:crypto';
import { FirstcallError } from '../../schemas/errors.ts';
import type { Database } from './database.ts';
import { readSqlFiles, type SqlFile, splitStatements, sqlDirectory } from './sql-files.ts';

interface AppliedMigration {
  readonly name: string;
  readonly hash: string;
  readonly applied_at: string;
}

const FILE_NAME = /^\d{4}_[a-z0-9_]+$/;

const CREATE_MIGRATIONS = `
CREATE TABLE IF NOT EXISTS migrations
(
    name String,
    hash String COMMENT 'SHA-256 of the file',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY name
SETTINGS non_replicated_deduplication_window = 1000`;

/** The migrations of this version, in the order in which they are applied. */
export function readMigrations(): SqlFile[] {
  return readSqlFiles(sqlDirectory());
}

/**
 * Brings the tables up to this version and returns the names of what was applied now. May be killed
 * and repeated, by several processes at once: every statement says IF NOT EXISTS, and a migration is
 * noted after its last statement. Throws FirstcallError `migrationChanged` if a file is not what was
 * applied, `migrationUnknown` if the tables are of a newer version.
 */
export async function migrate(
  database: Database,
  migrations: readonly SqlFile[] = readMigrations(),
): Promise<string[]> {
  await database.prepare();
  await database.run(CREATE_MIGRATIONS);
  const applied = await readApplied(database);
  refuseMismatch(migrations, applied);
  const missing = migrations.filter((migration) => !applied.has(migration.name));
  for (const migration of missing) await apply(database, migration);
  return missing.map((migration) => migration.name);
}

async function readApplied(database: Database): Promise<Map<string, AppliedMigration>> {
  const rows = await database.rows<AppliedMigration>(
    'SELECT name, hash, toString(applied_at) AS applied_at FROM migrations',
  );
  return new Map(rows.map((row) => [row.name, row]));
}

function refuseMismatch(
  migrations: readonly SqlFile[],
  applied: ReadonlyMap<string, AppliedMigration>,
): void {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, hash, applied_at } of applied.values()) {
    const migration = byName.get(name);
    if (migration === undefined) {
      const message = `the history has migration ${name} (applied ${applied_at}), which this version does not know: run the version that made it, or a later one`;
      throw new FirstcallError('migrationUnknown', message);
    }
    if (hashOf(migration) === hash) continue;
    const message = `schemas/clickhouse/${name}.sql has changed since it was applied on ${applied_at}: restore the file and put the change into a new migration`;
    throw new FirstcallError('migrationChanged', message);
  }
}

async function apply(database: Database, migration: SqlFile): Promise<void> {
  if (!FILE_NAME.test(migration.name)) {
    const message = `schemas/clickhouse/${migration.name}.sql: a migration is named NNNN_what_it_does.sql`;
    throw new FirstcallError('badMigration', message);
  }
  for (const statement of splitStatements(migration.text)) await database.run(statement);
  const line = JSON.stringify([migration.name, hashOf(migration)]);
  await database.insert('migrations', ['name', 'hash'], [line], randomUUID());
}

/** Line ends do not count: git may turn them. */
function hashOf(migration: SqlFile): string {
  return createHash('sha256').update(migration.text.replaceAll('\r\n', '\n')).digest('hex');
}
