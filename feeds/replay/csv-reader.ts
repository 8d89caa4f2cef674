import { FirstcallError } from '../../schemas/errors.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import { type Refusal, refuseEvent } from '../../schemas/validate.ts';
import { splitCsvRow } from './csv-row.ts';
import { compileMap, type Field } from './field.ts';
import type { Line } from './lines.ts';
import type { EventTemplate, Mapping } from './mapping-schema.ts';
import { type LineReader, type MappedEvent, type Reading, textOf } from './reading.ts';
import { type Row, Unmappable } from './row.ts';
import { compileTimeFormat, type TimeParser } from './time-format.ts';

/** Characters of a file's own text that an error quotes. */
const MAX_QUOTED_LENGTH = 400;

const UNIT_MICROS = { milliseconds: 1000, seconds: 1_000_000, minutes: 60_000_000 } as const;

/**
 * Reads CSV by a mapping. A row is taken or refused whole: if one of its events is no good, the
 * others say the same numbers. Throws FirstcallError `badMapping` when the mapping does not fit the
 * columns.
 */
export class CsvReader implements LineReader {
  readonly reference: readonly FirstcallEvent[];
  readonly #mapping: Mapping;
  #rows: CompiledRows | null = null;
  #rowNumber = 0;

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
    this.reference = (mapping.reference ?? []).map(toReference);
    if (mapping.columns !== 'header') this.#rows = new CompiledRows(mapping, mapping.columns);
  }

  read(line: Line): Reading {
    const text = textOf(line);
    if (typeof text !== 'string') return text;
    if (text.trim() === '') return null;
    const fields = splitCsvRow(text, {
      delimiter: this.#mapping.delimiter ?? ',',
      quote: this.#mapping.quote === undefined ? '"' : this.#mapping.quote,
    });
    if (typeof fields === 'string') return unmappable(fields);
    if (this.#rows === null) {
      this.#rows = new CompiledRows(this.#mapping, fields.map(trim));
      return null;
    }
    return this.#rows.map(fields.map(trim), ++this.#rowNumber, line.number);
  }
}

/** Events that are in force from the beginning unless they say since when. */
function toReference(spec: Readonly<Record<string, unknown>>, index: number): FirstcallEvent {
  const event = { id: `reference-${index + 1}`, tsEvent: 0, ...spec };
  const refusal = refuseEvent(event);
  if (refusal === null) return event as unknown as FirstcallEvent;
  throw new FirstcallError('badMapping', `reference[${index}]: ${refusal.detail}`);
}

interface CompiledEvent {
  readonly field: Field;
  readonly isOnce: boolean;
  isWanted(row: Row): boolean;
}

/** The mapping of rows once the columns are known. */
class CompiledRows {
  readonly #width: number;
  readonly #timeOf: (fields: readonly string[]) => Micros | Unmappable;
  readonly #events: readonly CompiledEvent[];

  constructor(mapping: Mapping, columns: readonly string[]) {
    const find = (name: string): number => {
      const index = columns.indexOf(name);
      if (index >= 0) return index;
      const known = columns.join(', ').slice(0, MAX_QUOTED_LENGTH);
      const message = `there is no column "${name}"; there are ${known}`;
      throw new FirstcallError('badMapping', message);
    };
    this.#width = columns.length;
    this.#timeOf = compileTime(mapping.time, find);
    this.#events = mapping.events.map((event, index) =>
      compileEvent(event, find, `events[${index}]`),
    );
  }

  map(fields: readonly string[], number: number, line: number): Reading {
    // A stray delimiter at the end is common and harmless; inside, it would shift the fields.
    const isRagged = fields.length < this.#width || fields.slice(this.#width).some(Boolean);
    if (isRagged) return unmappable(`${fields.length} columns instead of ${this.#width}`);
    const ts = this.#timeOf(fields);
    if (ts instanceof Unmappable) return unmappable(ts.detail);
    const row = { number, line, fields, ts };
    const mapped: MappedEvent[] = [];
    for (const event of this.#events) {
      if (!event.isWanted(row)) continue;
      const made = makeEvent(event, row);
      if ('reason' in made) return made;
      mapped.push(made);
    }
    return mapped;
  }
}

function compileTime(time: Mapping['time'], find: (name: string) => number) {
  const parse: TimeParser = compileTimeFormat(time.format, time.zone ?? 'UTC');
  const index = find(time.column);
  const delayOf = compileDelay(time.delay, find);
  return (fields: readonly string[]): Micros | Unmappable => {
    const text = fields[index]!;
    const ts = parse(text);
    if (ts === null) {
      return new Unmappable(`column ${time.column}: "${text}" is not a time (${time.format})`);
    }
    const delay = delayOf(fields);
    return delay instanceof Unmappable ? delay : Math.max(0, ts + delay);
  };
}

function compileDelay(delay: Mapping['time']['delay'], find: (name: string) => number) {
  if (delay === undefined) return () => 0;
  const index = find(delay.column);
  const factor = UNIT_MICROS[delay.unit] * (delay.apply === 'add' ? 1 : -1);
  return (fields: readonly string[]): number | Unmappable => {
    const text = fields[index]!;
    const value = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return Math.round(value * factor);
    return new Unmappable(`column ${delay.column}: "${text}" is not a number`);
  };
}

function compileEvent(
  { when, once, ...template }: EventTemplate,
  find: (name: string) => number,
  path: string,
): CompiledEvent {
  const withTime = { id: `${template.kind}-{row}`, tsEvent: { time: 'row' }, ...template };
  const conditions = Object.entries(when ?? {}).map(([column, texts]) => ({
    index: find(column),
    texts: new Set(texts),
  }));
  return {
    field: compileMap(withTime, find, path),
    isOnce: once === true,
    isWanted: (row) => conditions.every(({ index, texts }) => texts.has(row.fields[index]!)),
  };
}

function makeEvent({ field, isOnce }: CompiledEvent, row: Row): MappedEvent | Refusal {
  const value = field(row);
  if (value instanceof Unmappable) return unmappable(value.detail);
  const refusal = refuseEvent(value);
  if (refusal !== null) return refusal;
  return { event: value as FirstcallEvent, isOnce };
}

function unmappable(detail: string): Refusal {
  return { reason: 'unmappable', detail };
}

const trim = (text: string): string => text.trim();
