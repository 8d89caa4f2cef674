import { Compile } from 'typebox/compile';
import { FirstcallError } from '../../schemas/errors.ts';
import { ColumnFieldSchema, NumberFieldSchema, TimeFieldSchema } from './mapping-schema.ts';
import { type Row, Unmappable } from './row.ts';

/** Makes a field's value from a row; undefined leaves the field out. */
export type Field = (row: Row) => unknown;

/** Finds a column's place by its name; throws FirstcallError `badMapping` if there is none. */
export type FindColumn = (name: string) => number;

const isNumberField = Compile(NumberFieldSchema);
const isColumnField = Compile(ColumnFieldSchema);
const isTimeField = Compile(TimeFieldSchema);
const NUMBER = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
const PLACEHOLDER = /\{([^{}]+)\}/g;
const SPECIAL_KEYS = ['number', 'column', 'time'];

/**
 * Compiles what a mapping says of a field: a text with `{column}`, `{row}` and `{line}` in it, a
 * constant, `{number: column}`, `{column: name, map: {...}}`, `{time: row}`, or a list or map of
 * these. `path` is for errors.
 */
function compileField(spec: unknown, find: FindColumn, path: string): Field {
  if (typeof spec === 'string') return compileTemplate(spec, find);
  if (Array.isArray(spec)) return compileList(spec, find, path);
  if (typeof spec !== 'object' || spec === null) return () => spec;
  if (isNumberField.Check(spec)) return compileNumber(spec, find);
  if (isColumnField.Check(spec)) return compileColumn(spec, find);
  if (isTimeField.Check(spec)) {
    const plusMicros = Math.round((spec.plusSeconds ?? 0) * 1_000_000);
    return (row) => row.ts + plusMicros;
  }
  refuseMisspelt(spec, path);
  return compileMap(spec, find, path);
}

function refuseMisspelt(spec: object, path: string): void {
  const key = SPECIAL_KEYS.find((special) => special in spec);
  if (key === undefined) return;
  const message = `${path}: "${key}" stands with what it cannot: ${JSON.stringify(spec)}`;
  throw new FirstcallError('badMapping', message);
}

function compileList(specs: readonly unknown[], find: FindColumn, path: string): Field {
  const fields = specs.map((spec, index) => compileField(spec, find, `${path}[${index}]`));
  return (row) => {
    const values = fields.map((field) => field(row));
    return values.find((value) => value instanceof Unmappable) ?? values;
  };
}

/** A map of fields; the first unmappable one is the map's value. */
export function compileMap(spec: object, find: FindColumn, path: string): Field {
  const fields = Object.entries(spec).map(
    ([name, value]) => [name, compileField(value, find, `${path}.${name}`)] as const,
  );
  return (row) => {
    const made: Record<string, unknown> = {};
    for (const [name, field] of fields) {
      const value = field(row);
      if (value instanceof Unmappable) return value;
      if (value !== undefined) made[name] = value;
    }
    return made;
  };
}

function compileTemplate(template: string, find: FindColumn): Field {
  const parts = [...template.matchAll(PLACEHOLDER)].map((match) => match[1]!);
  if (parts.length === 0) return () => template;
  const columns = new Map(
    parts.filter((name) => name !== 'row' && name !== 'line').map((name) => [name, find(name)]),
  );
  return (row) => {
    for (const [name, index] of columns) {
      if (row.fields[index] === '') return new Unmappable(`column ${name} is empty`);
    }
    return template.replace(PLACEHOLDER, (_, name: string) => {
      if (name === 'row') return String(row.number);
      return name === 'line' ? String(row.line) : row.fields[columns.get(name)!]!;
    });
  };
}

function compileNumber(
  spec: { number: string; times?: number; optional?: boolean },
  find: FindColumn,
): Field {
  const index = find(spec.number);
  const times = spec.times ?? 1;
  return (row) => {
    const text = row.fields[index]!;
    if (text === '') return spec.optional ? undefined : new Unmappable(emptyDetail(spec.number));
    if (NUMBER.test(text)) return Number(text) * times;
    return new Unmappable(`column ${spec.number}: "${text}" is not a number`);
  };
}

function compileColumn(
  spec: { column: string; map?: Record<string, string>; optional?: boolean },
  find: FindColumn,
): Field {
  const index = find(spec.column);
  const map = spec.map === undefined ? null : new Map(Object.entries(spec.map));
  return (row) => {
    const text = row.fields[index]!;
    if (text === '') return spec.optional ? undefined : new Unmappable(emptyDetail(spec.column));
    if (map === null) return text;
    return map.get(text) ?? new Unmappable(`column ${spec.column}: "${text}" is not in the map`);
  };
}

function emptyDetail(column: string): string {
  return `column ${column} is empty`;
}
