import { refuseLogged } from '../../schemas/admission.ts';
import { decode } from '../../schemas/codec.ts';
import { isJson } from '../../schemas/codec-json.ts';
import { decodeEvents } from '../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { LogNames, PartitionName } from '../../schemas/subjects.ts';
import { isTcaMessage } from '../../schemas/tca-message.ts';
import { HASH_HEADER, MESSAGE_ID_HEADER, PREVIOUS_HEADER } from '../platform/audit-chain.ts';
import { ANALYSIS_TABLE, rowOfAnalysis } from './analysis-table.ts';
import { EVENT_LOG_TABLES, rowOfEvent } from './event-tables.ts';
import {
  type AuditRecord,
  jsonOf,
  type MessagePlace,
  OUTPUT_LOG_TABLES,
  rowOfAudit,
  rowOfDeadLetter,
  rowOfSelection,
} from './output-tables.ts';
import type { LogTable, Row } from './row.ts';

/** One stream that history keeps, and what its messages are. */
export interface StreamRole {
  readonly stream: string;
  readonly holds: PartitionName | 'decisions' | 'deadLetters' | 'analyses';
}

/** One message of a stream, as far as history needs it. */
export interface LogMessage {
  readonly subject: string;
  readonly sequence: number;
  /** When the log took it, epoch microseconds. */
  readonly tsLogUs: number;
  readonly bytes: Uint8Array;
  /** '' where there is none of that name. */
  header(name: string): string;
}

export interface LogShape {
  readonly names: LogNames;
  readonly partitions: number;
}

/** Every table that is filled from the log, in the order in which a batch is inserted. */
export const LOG_TABLES: readonly LogTable[] = [
  ...EVENT_LOG_TABLES,
  ...OUTPUT_LOG_TABLES,
  ANALYSIS_TABLE,
];

/** The streams that history keeps. */
export function streamRoles({ names, partitions }: LogShape): StreamRole[] {
  const parts: PartitionName[] = [...Array(partitions).keys(), 'all'];
  return [
    ...parts.map((holds) => ({ stream: names.stream(holds), holds })),
    { stream: names.decisionStream, holds: 'decisions' as const },
    { stream: names.deadLetterStream, holds: 'deadLetters' as const },
    { stream: names.tcaStream, holds: 'analyses' as const },
  ];
}

/**
 * The rows of a message, a function of the message alone, so that a batch that is built again after a
 * crash is the same. Refused events give none: they are in the dead-letter stream.
 */
export function rowsOfMessage(message: LogMessage, role: StreamRole, shape: LogShape): Row[] {
  const place: MessagePlace = { log: shape.names.log, ...message };
  if (role.holds === 'decisions') {
    const record = auditRecordOf(message, shape.names.log);
    const isSelection = message.subject === shape.names.decisions;
    return [isSelection ? rowOfSelection(record) : rowOfAudit(record)];
  }
  if (isPartition(role.holds)) return rowsOfEvents(role.holds, message, shape);
  const value = decodeOr(message.bytes, null);
  if (role.holds === 'deadLetters') return [rowOfDeadLetter(value, place)];
  // Only shards write there, so what is no record is nobody's, and has no columns to go into.
  return isTcaMessage(value) ? [rowOfAnalysis(value, place)] : [];
}

function isPartition(holds: StreamRole['holds']): holds is PartitionName {
  return typeof holds === 'number' || holds === 'all';
}

function auditRecordOf(message: LogMessage, log: string): AuditRecord {
  const { subject, sequence, tsLogUs, bytes } = message;
  const value = decodeOr(bytes, { undecodable: bytes });
  return {
    log,
    sequence,
    tsLogUs,
    subject,
    value,
    // To the byte, since it is hashed again in SQL.
    // Older versions wrote MessagePack.
    text: isJson(bytes) ? Buffer.from(bytes).toString('utf8') : jsonOf(value),
    messageId: message.header(MESSAGE_ID_HEADER),
    previous: message.header(PREVIOUS_HEADER),
    hash: message.header(HASH_HEADER),
  };
}

function rowsOfEvents(
  partition: PartitionName,
  message: LogMessage,
  { names, partitions }: LogShape,
): Row[] {
  const { sequence, tsLogUs, subject } = message;
  const arrival = { subject, tsLog: tsLogUs, partition, partitions };
  const place = { log: names.log, partition, sequence, tsLogUs };
  const rows: Row[] = [];
  for (const [index, value] of eventsOr(message.bytes, []).entries()) {
    if (refuseLogged(value, arrival, false) !== null) continue;
    rows.push(rowOfEvent(value as FirstcallEvent, index, place));
  }
  return rows;
}

function eventsOr(bytes: Uint8Array, otherwise: readonly unknown[]): readonly unknown[] {
  try {
    return decodeEvents(bytes);
  } catch {
    return otherwise;
  }
}

function decodeOr(bytes: Uint8Array, otherwise: unknown): unknown {
  try {
    return decode(bytes);
  } catch {
    return otherwise;
  }
}
