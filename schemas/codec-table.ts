import { FORBIDDEN_KEYS } from './codec-keys.ts';

/** Fields of a table; no event has more. */
export const TABLE_FIELDS_MAX = 31;

/**
 * Records of one kind with the names of their fields once: each row has a value for every field, in
 * their order, null where the record has no such field. On the wire a map of these three.
 */
export interface RecordTable {
  readonly kind: string;
  /** All but `kind`, each once. */
  readonly fields: readonly string[];
  readonly rows: readonly unknown[];
}

/** Null if they have more fields than a table. An undefined property is none. */
export function tableOf(records: readonly { readonly kind: string }[]): RecordTable | null {
  const fields = new Set<string>();
  for (const record of records) for (const key of Object.keys(record)) fields.add(key);
  fields.delete('kind');
  const names = [...fields];
  if (names.length > TABLE_FIELDS_MAX) return null;
  const rows = records.map((record) => {
    const values = record as Readonly<Record<string, unknown>>;
    return names.map((name) => values[name] ?? null);
  });
  return { kind: records[0]!.kind, fields: names, rows };
}

/**
 * What a decoded message holds: the records of a table, the items of an array, or the value itself.
 * A row that is none of its table stays a table of that row alone, which no validator takes.
 */
export function valuesOf(message: unknown): readonly unknown[] {
  if (Array.isArray(message)) return message;
  return isTable(message) ? message.rows.map((row) => recordOf(message, row)) : [message];
}

function isTable(value: unknown): value is RecordTable {
  if (!looksLikeTable(value) || Object.keys(value).length !== 3) return false;
  return typeof value.kind === 'string' && areFields(value.fields) && Array.isArray(value.rows);
}

function looksLikeTable(value: unknown): value is Record<keyof RecordTable, unknown> {
  return typeof value === 'object' && value !== null && 'fields' in value && 'rows' in value;
}

/** Whether these can be the fields of a table. */
export function areFields(fields: unknown): fields is string[] {
  return (
    Array.isArray(fields) &&
    fields.length <= TABLE_FIELDS_MAX &&
    fields.every((name) => typeof name === 'string' && name !== 'kind') &&
    new Set(fields).size === fields.length &&
    !fields.some((name) => FORBIDDEN_KEYS.has(name))
  );
}

function recordOf({ kind, fields }: RecordTable, row: unknown): object {
  if (!Array.isArray(row) || row.length !== fields.length) return tornRow(kind, fields, row);
  const record: Record<string, unknown> = { kind };
  for (const [i, name] of fields.entries()) if (row[i] !== null) record[name] = row[i];
  return record;
}

/** A row that is none of its table. */
export function tornRow(kind: string, fields: readonly string[], row: unknown): RecordTable {
  return { kind, fields, rows: [row] };
}

/** What is wrong with a table that was not read as one, or with the row that is left of it. */
export function tableFault(value: object): string | null {
  if (!looksLikeTable(value)) return null;
  const { fields, rows } = value;
  if (!areFields(fields)) {
    return `fields: not at most ${TABLE_FIELDS_MAX} names, each once and without kind`;
  }
  if (!Array.isArray(rows)) return 'rows: not an array';
  const [row] = rows;
  if (!Array.isArray(row)) return 'rows: a row is not an array';
  return `rows: a row of ${row.length} values in a table of ${fields.length} fields`;
}
