import type { AuditKind } from './subjects.ts';

/** What a record of the decision stream is. */
export type DecisionRecordKind = 'selection' | AuditKind;

export const DECISION_RECORD_KINDS: readonly DecisionRecordKind[] = [
  'selection',
  'override',
  'rules',
  'dealer',
  'instrument',
  'tiers',
];

/** One record of the audit trail as the history lists it (query `decisionRecords`). */
export interface DecisionRecord {
  readonly sequence: number;
  /** When the log took it. */
  readonly ts_log_us: number;
  readonly kind: DecisionRecordKind;
  /** Of a selection or an override, else ''; the same of the order and the instrument. */
  readonly decision_id: string;
  readonly order_id: string;
  readonly instrument_id: string;
  readonly side: string;
  readonly quantity: number;
  /** Recommended, called instead, or whom the record is about. */
  readonly dealers: readonly string[];
  /** Of an override: as the engine had decided. */
  readonly recommended: readonly string[];
  readonly made_by: string;
  readonly reason: string;
  /** Hash of the rules, why rules were refused, or the asset class of tiers. */
  readonly about: string;
}

/** A message that was refused, as the history lists it (query `deadLetters`). */
export interface DeadLetterRecord {
  readonly sequence: number;
  readonly ts_log_us: number;
  readonly reason: string;
  readonly detail: string;
  readonly source_subject: string;
  /** -1: the log that all partitions share; null: refused by a feed. */
  readonly source_partition: number | null;
  readonly source_sequence: number | null;
  /** Which event of the message. */
  readonly source_index: number | null;
  readonly byte_count: number;
  /** As many of its bytes as were asked for. */
  readonly begin_base64: string;
}
