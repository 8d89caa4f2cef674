import { readFileSync, statSync } from 'node:fs';
import { isMap, isSeq, LineCounter, stringify } from 'yaml';
import { splitCsvRow } from '../../feeds/replay/csv-row.ts';
import { readLines } from '../../feeds/replay/lines.ts';
import { textOf } from '../../feeds/replay/reading.ts';
import { boundedYamlSteps } from '../../schemas/bounded-yaml.ts';
import { decodeJson } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import { refuseEvent } from '../../schemas/validate.ts';
import { MAX_BODY_BYTES } from '../gateway/limits.ts';
import { runInTurns, Turns } from '../platform/turns.ts';
import { whyUnreadable } from '../platform/why-unreadable.ts';
import { fieldOfText, ID_FIELD, type RecordKind } from './record-field.ts';

/** A record to be loaded, without what an event has besides. */
export interface FileRecord {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A record as a file has it: perhaps none, and where. */
interface Found {
  readonly line: number;
  readonly value: unknown;
  /** Line of a field where that is another one. */
  lineOf?(field: string): number | undefined;
}

type Problem = { readonly line: number; readonly problem: string };

const RECORDS_MAX = 100_000;
const YAML_BYTES_MAX = 16 << 20;
const PROBLEMS_SHOWN_MAX = 50;
/** Of a YAML file; one of records has a token for three characters. */
const LEAST_TOKENS_MAX = 20_000;
const TOKENS_PER_CHARACTER = 0.4;
/** What is left for `by` and `reason` of an edit. */
const EDIT_BYTES = 1_500;
/** What an event of the log has, and a record of a file need not. */
const EVENT_FIELDS = ['kind', 'id', 'tsEvent', 'changedBy', 'changeReason'];

/**
 * The records of a YAML file (a list, or a map by id), a CSV file with a header (fieldOfText), or
 * newline-delimited JSON, by the file's ending. Throws FirstcallError `badRecords` with everything that
 * is wrong, a line each: `file:line: field: what`.
 */
export async function readRecords(path: string, kind: RecordKind): Promise<FileRecord[]> {
  const problems: string[] = [];
  const records = new Map<string, FileRecord>();
  const turns = new Turns();
  for await (const found of readerOf(path)(path, kind)) {
    const checked = 'problem' in found ? found : checkRecord(kind, found);
    const line = 'problem' in checked ? checked.line : found.line;
    if ('problem' in checked) problems.push(`${path}:${line}: ${checked.problem}`);
    else if (records.has(checked.id)) problems.push(`${path}:${line}: ${checked.id} came before`);
    else records.set(checked.id, checked);
    if (records.size > RECORDS_MAX) throw refused([`${path}: more than ${RECORDS_MAX} records`]);
    if (turns.isDue) await turns.next();
  }
  if (problems.length > 0) throw refused(problems);
  return [...records.values()];
}

/** Records as a YAML file that `readRecords` takes: a map by id. */
export function yamlOfDealers(records: readonly DealerEvent[]): string {
  const hidden = [...EVENT_FIELDS, ID_FIELD.dealer];
  const entries = records.map((record) => {
    const fields = Object.entries(record).filter(([field]) => !hidden.includes(field));
    return [record.dealerId, Object.fromEntries(fields)] as const;
  });
  return stringify(Object.fromEntries(entries), { aliasDuplicateObjects: false });
}

type Reader = (path: string, kind: RecordKind) => AsyncIterable<Found | Problem>;

function readerOf(path: string): Reader {
  if (/\.ya?ml$/i.test(path)) return readYaml;
  if (/\.(csv|tsv)$/i.test(path)) return readCsv;
  if (/\.(ndjson|jsonl)$/i.test(path)) return readNdjson;
  const message = `${path}: is not .yaml, .csv (or .tsv) or .ndjson (or .jsonl)`;
  throw new FirstcallError('badRecords', message);
}

function refused(problems: readonly string[]): FirstcallError {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX);
  const more = problems.length - shown.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  const text = ['nothing was loaded:', ...shown, ...rest].join('\n');
  return new FirstcallError('badRecords', text);
}

function checkRecord(kind: RecordKind, { value, line, lineOf }: Found): FileRecord | Problem {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, problem: 'is not a record' };
  }
  const defaults = kind === 'dealer' ? { enabled: true } : {};
  const fields: Record<string, unknown> = { ...defaults, ...value };
  if (fields.kind !== undefined && fields.kind !== kind) {
    return { line, problem: `kind: is ${fields.kind}, not ${kind}` };
  }
  for (const name of EVENT_FIELDS) delete fields[name];
  const refusal = refuseEvent({ ...fields, kind, id: 'file', tsEvent: 0 });
  if (refusal !== null) {
    const field = /^[^.:]+/.exec(refusal.detail)?.[0] ?? '';
    return { line: lineOf?.(field) ?? line, problem: refusal.detail };
  }
  if (Buffer.byteLength(JSON.stringify(fields)) > MAX_BODY_BYTES - EDIT_BYTES) {
    return { line, problem: `is larger than ${MAX_BODY_BYTES - EDIT_BYTES} bytes` };
  }
  return { id: fields[ID_FIELD[kind]] as string, fields };
}

async function* readYaml(path: string, kind: RecordKind): AsyncGenerator<Found | Problem> {
  const counter = new LineCounter();
  const text = readText(path);
  const tokensMax = Math.max(LEAST_TOKENS_MAX, text.length * TOKENS_PER_CHARACTER);
  const { document, problems } = await runInTurns(
    boundedYamlSteps(text, { lineCounter: counter, tokensMax, isPlain: true }),
  );
  const lineAt = (offset: number) => counter.linePos(offset).line;
  for (const { at, message } of problems) {
    yield { line: lineAt(at), problem: message.split('\n', 1)[0]! };
  }
  if (document === null || problems.length > 0) return;
  const root = document.contents;
  const entries: ReadonlyArray<readonly [node: unknown, key: unknown]> = isSeq(root)
    ? root.items.map((node) => [node, undefined] as const)
    : isMap(root)
      ? root.items.map(({ key, value }) => [value, key] as const)
      : [];
  if (entries.length === 0) yield { line: 1, problem: `holds no list and no map of ${kind}s` };
  for (const [node, key] of entries) {
    const place = (key ?? node) as { range?: readonly number[] | null } | null;
    const line = lineAt(place?.range?.[0] ?? 0);
    if (!isMap(node)) {
      yield { line, problem: 'is not a record' };
      continue;
    }
    const own = node.toJS(document) as Record<string, unknown>;
    const value = key === undefined ? own : { [ID_FIELD[kind]]: String(key), ...own };
    const lineOf = (field: string) => {
      const pair = node.items.find((item) => String(item.key) === field);
      const offset = (pair?.key as { range?: readonly number[] | null } | undefined)?.range?.[0];
      return offset === undefined ? undefined : lineAt(offset);
    };
    yield { line, value, lineOf };
  }
}

function readText(path: string): string {
  try {
    if (statSync(path).size <= YAML_BYTES_MAX) return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FirstcallError('unreadable', `${path}: ${whyUnreadable(cause)}`, { cause });
  }
  throw new FirstcallError('unreadable', `${path}: larger than ${YAML_BYTES_MAX} bytes`);
}

/** Lines with their text; empty ones are left out. */
async function* readTexts(path: string): AsyncGenerator<Problem | { line: number; text: string }> {
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const text = textOf(line);
      if (typeof text !== 'string') yield { line: line.number, problem: text.detail };
      else if (text.trim() !== '') yield { line: line.number, text };
    }
  }
}

async function* readNdjson(path: string): AsyncGenerator<Found | Problem> {
  for await (const row of readTexts(path)) {
    if ('problem' in row) {
      yield row;
      continue;
    }
    try {
      yield { line: row.line, value: decodeJson(row.text) };
    } catch (error) {
      yield { line: row.line, problem: (error as Error).message };
    }
  }
}

async function* readCsv(path: string, kind: RecordKind): AsyncGenerator<Found | Problem> {
  const dialect = { delimiter: /\.tsv$/i.test(path) ? '\t' : ',', quote: '"' };
  let header: readonly string[] | null = null;
  for await (const row of readTexts(path)) {
    if ('problem' in row) {
      yield row;
      continue;
    }
    const cells = splitCsvRow(row.text, dialect);
    if (typeof cells === 'string') yield { line: row.line, problem: cells };
    else if (header === null) header = cells.map((cell) => cell.trim());
    else yield rowOf(kind, header, cells, row.line);
  }
}

function rowOf(
  kind: RecordKind,
  header: readonly string[],
  cells: readonly string[],
  line: number,
): Found | Problem {
  if (cells.length !== header.length) {
    return { line, problem: `has ${cells.length} columns, not ${header.length}` };
  }
  const value: Record<string, unknown> = {};
  try {
    for (const [i, field] of header.entries()) {
      const text = cells[i]!.trim();
      if (text !== '') value[field] = fieldOfText(kind, field, text);
    }
  } catch (error) {
    return { line, problem: (error as Error).message };
  }
  return { line, value };
}
