import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../platform/project-root.ts';

/** A file of `schemas/clickhouse`, which is read where the package lies, also by a bundle in dist/. */
export interface SqlFile {
  /** File name without `.sql`. */
  readonly name: string;
  readonly text: string;
}

/** Folder of the migrations; named queries are in its `queries/`, the oracle's steps in `oracle/`. */
export function sqlDirectory(): string {
  return join(projectRoot(), 'schemas', 'clickhouse');
}

/** The SQL files of a folder, sorted by name. */
export function readSqlFiles(directory: string): SqlFile[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.sql'.length),
      text: readFileSync(join(directory, file), 'utf8'),
    }));
}

/** The text of one query file, such as `counts`. */
export function readQuery(name: string): string {
  return readFileSync(join(sqlDirectory(), 'queries', `${name}.sql`), 'utf8');
}

/** Statements of a file. A statement ends with a semicolon at the end of a line. */
export function splitStatements(text: string): string[] {
  return text
    .split(/;[ \t]*(?:\r?\n|$)/)
    .map((statement) => statement.replace(/^(?:\s*--[^\n]*(?:\n|$))+/, '').trim())
    .filter((statement) => statement !== '');
}
