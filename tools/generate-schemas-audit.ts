import Type from 'typebox';
import { HASH_HEADER, MESSAGE_ID_HEADER, PREVIOUS_HEADER } from '../engine/platform/audit-chain.ts';
import { OverrideSchema } from '../schemas/override.ts';
import { DealerMessageSchema, InstrumentMessageSchema } from '../schemas/record-message.ts';
import { RulesMessageSchema } from '../schemas/rules-message.ts';
import type { AuditKind } from '../schemas/subjects.ts';
import { TierMessageSchema } from '../schemas/tier-message.ts';

/** What the audit log keeps of a kind beside decisions. */
interface AuditRecord {
  /** Of the schema, and its file name without the ending. */
  readonly id: string;
  readonly title: string;
  readonly schema: Type.TSchema;
  readonly channel: string;
  readonly operation: string;
}

export const AUDIT_RECORDS: { readonly [K in AuditKind]: AuditRecord } = {
  tiers: {
    id: 'tier-message',
    title: 'Changes of tiers',
    schema: TierMessageSchema,
    channel: 'Changes of tiers at UTC midnights, each once, kept in a stream.',
    operation: 'sendTiers',
  },
  rules: {
    id: 'rules-message',
    title: 'Rules',
    schema: RulesMessageSchema,
    channel: 'Rules that came into force, and those that were refused, kept in a stream.',
    operation: 'sendRules',
  },
  dealer: {
    id: 'dealer-message',
    title: 'Change of a dealer record',
    schema: DealerMessageSchema,
    channel: 'Changes of the dealer database, each once, kept in a stream.',
    operation: 'sendDealerChanges',
  },
  instrument: {
    id: 'instrument-message',
    title: 'Change of an instrument record',
    schema: InstrumentMessageSchema,
    channel: 'Edits of the security master, kept in a stream.',
    operation: 'sendInstrumentChanges',
  },
  override: {
    id: 'override',
    title: 'Override',
    schema: OverrideSchema,
    channel: 'What traders did otherwise than decisions said, kept in a stream.',
    operation: 'sendOverrides',
  },
};

const Hash = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description });

/** Headers of whatever the audit log keeps, decisions too. */
export const ChainHeadersSchema = Type.Object(
  {
    [PREVIOUS_HEADER]: Hash('Hash of the record before in the stream; zeros: it is the first.'),
    [HASH_HEADER]: Hash(
      'SHA-256 over the previous hash, the subject and the message id, each with a line feed behind it, and the payload.',
    ),
    [MESSAGE_ID_HEADER]: Type.String({ description: 'Message id; it is part of what is hashed.' }),
  },
  { description: 'Links a record to the one before: a chain that shows what was altered.' },
);
