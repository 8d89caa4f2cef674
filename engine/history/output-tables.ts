import type { Selection } from '../../schemas/selection.ts';
import { partitionNumber } from './event-tables.ts';
import type { ColumnValue, LogTable, Row } from './row.ts';

/** Where a message stands in a stream that is not one of events. */
export interface MessagePlace {
  readonly log: string;
  readonly sequence: number;
  readonly tsLogUs: number;
}

/** Largest number of a partition that the column takes. */
const PARTITION_MAX = 32_767;
const INDEX_MAX = 0xffff_ffff;

const PLACE_COLUMNS = ['log', 'sequence', 'ts_log_us'];

/** A table of a stream whose messages are a row each. */
export function outputTable(name: string, columns: readonly string[]): LogTable {
  return {
    name,
    columns: [...PLACE_COLUMNS, ...columns],
    placedBy: 'message',
    timeColumn: 'ts_log',
  };
}

/** The tables of the decision and the dead-letter stream. */
export const OUTPUT_LOG_TABLES: readonly LogTable[] = [
  outputTable('selections', [
    'order_id',
    'instrument_id',
    'as_of_us',
    'model_hash',
    'rules_hash',
    'degraded',
    'instrument_known',
    'ranked_scope',
    'dealer_ids',
    'composites',
    'selection',
    'decision_id',
    'subject',
    'message_id',
    'previous',
    'hash',
  ]),
  outputTable('audit', ['subject', 'entry', 'message_id', 'previous', 'hash']),
  outputTable('dead_letters', [
    'reason',
    'detail',
    'source_subject',
    'source_partition',
    'source_sequence',
    'source_index',
    'bytes_base64',
  ]),
];

/** A message of the decision stream. */
export interface AuditRecord extends MessagePlace {
  readonly subject: string;
  /** What the message holds. */
  readonly value: unknown;
  /** The message as it came, if it is JSON; other bytes made JSON. */
  readonly text: string;
  readonly messageId: string;
  /** Of the headers, '' where there is none. */
  readonly previous: string;
  readonly hash: string;
}

/** The row of a decision; the whole of it is kept, whatever it is. */
export function rowOfSelection(record: AuditRecord): Row {
  const { subject, text, messageId, previous, hash } = record;
  const selection = asRecord(record.value) as Partial<Selection>;
  const dealers = Array.isArray(selection.dealers) ? selection.dealers : [];
  return rowOf('selections', record, [
    textOf(selection.orderId),
    textOf(selection.instrumentId),
    integerIn(selection.asOf, 0, Number.MAX_SAFE_INTEGER) ?? 0,
    textOf(selection.modelHash),
    textOf(selection.rulesHash),
    selection.degraded === true,
    selection.instrumentKnown === true,
    textOf(selection.rankedScope),
    dealers.map((dealer) => textOf(dealer?.dealerId)),
    dealers.map((dealer) => (Number.isFinite(dealer?.composite) ? dealer.composite : 0)),
    text,
    textOf(selection.decisionId),
    subject,
    messageId,
    previous,
    hash,
  ]);
}

/** The row of any other message of the decision stream. */
export function rowOfAudit({
  subject,
  text,
  messageId,
  previous,
  hash,
  ...place
}: AuditRecord): Row {
  return rowOf('audit', place, [subject, text, messageId, previous, hash]);
}

/** The row of a dead letter. */
export function rowOfDeadLetter(value: unknown, place: MessagePlace): Row {
  const letter = asRecord(value);
  const partition =
    letter.partition === 'all' ? 'all' : integerIn(letter.partition, 0, PARTITION_MAX);
  return rowOf('dead_letters', place, [
    textOf(letter.reason),
    textOf(letter.detail),
    textOf(letter.subject),
    partition === null ? null : partitionNumber(partition),
    integerIn(letter.sequence, 0, Number.MAX_SAFE_INTEGER),
    integerIn(letter.index, 0, INDEX_MAX),
    letter.bytes instanceof Uint8Array ? base64Of(letter.bytes) : '',
  ]);
}

/** A row of an output table; `values` are those of its own columns, in their order. */
export function rowOf(table: string, place: MessagePlace, values: readonly ColumnValue[]): Row {
  return {
    table,
    partition: 0,
    sequence: place.sequence,
    index: 0,
    eventId: '',
    tsUs: place.tsLogUs,
    line: JSON.stringify([place.log, place.sequence, place.tsLogUs, ...values]),
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function integerIn(value: unknown, min: number, max: number): number | null {
  const fits = Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return fits ? (value as number) : null;
}

/** JSON of a value that may hold bytes. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, bytesToText) ?? 'null';
}

/** Looks at the holder, because a Buffer has made itself an array of numbers before it is `value`. */
function bytesToText(this: Readonly<Record<string, unknown>>, key: string, value: unknown) {
  const held = this[key];
  return held instanceof Uint8Array ? { base64: base64Of(held) } : value;
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
