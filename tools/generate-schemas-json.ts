import Type from 'typebox';
import { EVENT_KINDS, EVENT_SCHEMAS, type EventKind } from '../schemas/events.ts';
import { CLIENT_FRAME_SCHEMAS, type ClientFrameType } from '../schemas/protocol.ts';
import { SelectRequestSchema } from '../schemas/selection.ts';
import { SelectionAnswerSchema, SelectionSchema } from '../schemas/selection-schema.ts';
import { SERVER_FRAME_SCHEMAS } from '../schemas/server-frames.ts';
import type { AuditKind } from '../schemas/subjects.ts';
import { TcaMessageSchema } from '../schemas/tca-message.ts';
import { AUDIT_RECORDS, ChainHeadersSchema } from './generate-schemas-audit.ts';

/** One JSON Schema document. */
export interface SchemaDocument {
  /** File name in schemas/generated. */
  readonly file: string;
  readonly schema: object;
}

export const AUDIT_KINDS = Object.keys(AUDIT_RECORDS) as AuditKind[];
const URN = 'urn:firstcall:v1';

/** What the one validator asks of an event beyond its schema. */
const BEYOND_SCHEMA: { readonly [K in EventKind]?: string } = {
  quote:
    'firm and indicative carry a bid or an ask, pass and reject carry neither; an ask is above its bid.',
  tick: 'Without a mid it carries both a bid and an ask; an ask is above its bid.',
  fill: 'Names an rfqId or an orderId.',
  fillBust: 'Names an rfqId or an orderId.',
  rfq: 'Every ask is sent before tsDeadline.',
};

const CLIENT_FRAME_DESCRIPTIONS: { readonly [K in ClientFrameType]: string } = {
  subscribe: 'Asks for topics: a snapshot of each, then deltas.',
  unsubscribe: 'Ends topics.',
  resync: 'Asks for a fresh snapshot after a gap.',
  select: 'Asks whom to call for an order; answered by a selection frame.',
  desk: 'Asks for the rules and the dealer records; answered by a desk frame.',
  ping: 'Answered by a pong frame.',
};

const DeadLetterSchema = Type.Object({
  reason: Type.String({
    description: 'undecodable, invalid, crossed, future, misrouted or unmappable.',
  }),
  detail: Type.String({ description: 'What was wrong, where.' }),
  subject: Type.Optional(Type.String({ description: 'Subject that the message came on.' })),
  partition: Type.Optional(
    Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('all')], {
      description: 'Partition that it came from.',
    }),
  ),
  sequence: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Sequence in the stream of that partition.' }),
  ),
  bytes: Type.Unsafe<Uint8Array>({
    description: 'The message as it came; a MessagePack bin.',
    contentMediaType: 'application/octet-stream',
  }),
});

export const eventFile = (kind: EventKind) => `event-${kebab(kind)}.schema.json`;
export const clientFrameFile = (type: string) => `client-${type}.schema.json`;
export const serverFrameFile = (type: string) => `server-${type}.schema.json`;
export const auditFile = (kind: AuditKind) => `${AUDIT_RECORDS[kind].id}.schema.json`;
export const SELECT_REQUEST_FILE = 'select-request.schema.json';
export const SELECTION_FILE = 'selection.schema.json';
export const SELECTION_ANSWER_FILE = 'selection-answer.schema.json';
export const DEAD_LETTER_FILE = 'dead-letter.schema.json';
export const CHAIN_HEADERS_FILE = 'chain-headers.schema.json';
export const TCA_MESSAGE_FILE = 'tca-message.schema.json';

/** Every schema of the vocabulary as a JSON Schema 2020-12 document with an identity of its own. */
export function documentSchemas(): SchemaDocument[] {
  return [...events(), ...clientFrames(), ...serverFrames(), ...auditRecords(), ...others()];
}

function events(): SchemaDocument[] {
  return EVENT_KINDS.map((kind) => {
    const schema: Type.TSchema = EVENT_SCHEMAS[kind];
    const beyond = BEYOND_SCHEMA[kind];
    const about = describeEvent(kind);
    const description = beyond === undefined ? about : `${about} ${beyond}`;
    return {
      file: eventFile(kind),
      schema: asDocument(`event:${kind}`, `Event: ${kind}`, schema, description),
    };
  });
}

function clientFrames(): SchemaDocument[] {
  const types = Object.keys(CLIENT_FRAME_SCHEMAS) as ClientFrameType[];
  return types.map((type) => ({
    file: clientFrameFile(type),
    schema: asDocument(
      `client-frame:${type}`,
      `Client frame: ${type}`,
      CLIENT_FRAME_SCHEMAS[type],
      CLIENT_FRAME_DESCRIPTIONS[type],
    ),
  }));
}

function serverFrames(): SchemaDocument[] {
  return Object.entries(SERVER_FRAME_SCHEMAS).map(([type, schema]) => ({
    file: serverFrameFile(type),
    schema: asDocument(`server-frame:${type}`, `Server frame: ${type}`, schema),
  }));
}

function auditRecords(): SchemaDocument[] {
  return AUDIT_KINDS.map((kind) => {
    const { id, title, schema } = AUDIT_RECORDS[kind];
    return { file: auditFile(kind), schema: asDocument(id, title, schema) };
  });
}

function others(): SchemaDocument[] {
  return [
    {
      file: SELECT_REQUEST_FILE,
      schema: asDocument(
        'select-request',
        'Select request',
        SelectRequestSchema,
        'An order has arrived: whom to call?',
      ),
    },
    { file: SELECTION_FILE, schema: asDocument('selection', 'Selection', SelectionSchema) },
    {
      file: SELECTION_ANSWER_FILE,
      schema: asDocument('selection-answer', 'Selection, answered', SelectionAnswerSchema),
    },
    {
      file: DEAD_LETTER_FILE,
      schema: asDocument(
        'dead-letter',
        'Dead letter',
        DeadLetterSchema,
        'A message that could not be used, with its bytes.',
      ),
    },
    {
      file: CHAIN_HEADERS_FILE,
      schema: asDocument('chain-headers', 'Headers of audit records', ChainHeadersSchema),
    },
    {
      file: TCA_MESSAGE_FILE,
      schema: asDocument('tca-message', 'Post-trade analysis', TcaMessageSchema),
    },
  ];
}

function asDocument(
  id: string,
  title: string,
  schema: Type.TSchema,
  description = descriptionOf(schema),
): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${URN}:${id}`,
    title,
    // Named first, so that a reader meets it before the properties.
    description,
    ...schema,
    ...(description === undefined ? {} : { description }),
  };
}

function descriptionOf(schema: object): string | undefined {
  return (schema as { description?: string }).description;
}

/** What an event of a kind says, without its rules. */
export function describeEvent(kind: EventKind): string {
  return descriptionOf(EVENT_SCHEMAS[kind]) ?? kind;
}

function kebab(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
