import { EVENT_KINDS, EVENT_SCHEMAS, type EventKind } from '../schemas/events.ts';
import {
  CLIENT_FRAME_SCHEMAS,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
} from '../schemas/protocol.ts';
import { SERVER_FRAME_SCHEMAS } from '../schemas/server-frames.ts';
import { logNames } from '../schemas/subjects.ts';
import { DEAD_LETTER_REASONS } from '../schemas/validate.ts';
import { AUDIT_RECORDS } from './generate-schemas-audit.ts';
import {
  AUDIT_KINDS,
  auditFile,
  CHAIN_HEADERS_FILE,
  clientFrameFile,
  DEAD_LETTER_FILE,
  describeEvent,
  eventFile,
  SELECT_REQUEST_FILE,
  SELECTION_ANSWER_FILE,
  SELECTION_FILE,
  serverFrameFile,
  TCA_MESSAGE_FILE,
} from './generate-schemas-json.ts';

type Json = { readonly [key: string]: unknown };

const names = logNames();
const ref = (path: string) => ({ $ref: path });
const file = (name: string) => ref(`./${name}`);
const channelRef = (channel: string) => ref(`#/channels/${channel}`);
const messageRef = (channel: string, message: string) =>
  ref(`#/channels/${channel}/messages/${message}`);
const onNats = { servers: [ref('#/servers/nats')] };

/**
 * The AsyncAPI 3.0 document of the engine: what it receives and sends on NATS and on its WebSocket.
 * Its references to the JSON Schemas are relative to its own folder.
 */
export function generateAsyncApi(): Json {
  return {
    asyncapi: '3.0.0',
    id: 'urn:firstcall:v1',
    info: {
      title: 'Firstcall',
      version: '1.0.0',
      description:
        'Streaming dealer scoring for RFQ desks. Subjects are those of the default log; a log called NAME has `firstcall.v1-NAME` instead of `firstcall.v1`. JSON is accepted wherever MessagePack is.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/msgpack',
    servers: servers(),
    channels: {
      ...eventChannels(),
      ...engineChannels(),
      ...auditChannels(),
      subscriber: subscriberChannel(),
    },
    operations: {
      ...eventOperations(),
      ...engineOperations(),
      ...auditOperations(),
      ...subscriberOperations(),
    },
  };
}

function servers(): Json {
  return {
    nats: {
      host: 'localhost:4222',
      protocol: 'nats',
      description: 'NATS with JetStream: the one log, and request/reply.',
    },
    gateway: {
      host: 'localhost:7700',
      protocol: 'ws',
      description: `Live rankings and selections. Subprotocol ${SUBPROTOCOL_MSGPACK} (binary frames) or ${SUBPROTOCOL_JSON} (text frames).`,
    },
  };
}

const partitionParameter = {
  partition: {
    description:
      'FNV-1a 32 of the instrumentId modulo the number of partitions, or `all` for dealers, benchmark ticks and its own clock.',
    examples: ['0', '7', 'all'],
  },
};

const eventChannelOf = (kind: EventKind) => `events_${kind}`;

function eventChannels(): Json {
  return Object.fromEntries(
    EVENT_KINDS.map((kind) => [
      eventChannelOf(kind),
      {
        address: names.events('{partition}' as string as 'all', kind),
        description: describeEvent(kind),
        ...onNats,
        parameters: partitionParameter,
        messages: { [kind]: eventMessage(kind) },
      },
    ]),
  );
}

function eventMessage(kind: EventKind): Json {
  const schema = file(eventFile(kind));
  return {
    name: kind,
    title: `One ${kind} event, or an array or table of them`,
    payload: { oneOf: [schema, { type: 'array', minItems: 1, items: schema }, tableOf(kind)] },
  };
}

/** What the publishers of the engine write for more than one event. */
function tableOf(kind: EventKind): Json {
  const fields = Object.keys(EVENT_SCHEMAS[kind].properties).filter((name) => name !== 'kind');
  return {
    type: 'object',
    description: `Events of kind ${kind} with the names of their fields once: each row has a value for each field, in their order, null where the event has no such field.`,
    properties: {
      kind: { const: kind },
      fields: { type: 'array', uniqueItems: true, items: { enum: fields } },
      rows: { type: 'array', minItems: 1, items: { type: 'array' } },
    },
    required: ['kind', 'fields', 'rows'],
    additionalProperties: false,
  };
}

function eventOperations(): Json {
  return Object.fromEntries(
    EVENT_KINDS.map((kind) => [
      `receive_${kind}`,
      {
        action: 'receive',
        channel: channelRef(eventChannelOf(kind)),
        summary: describeEvent(kind),
        messages: [messageRef(eventChannelOf(kind), kind)],
      },
    ]),
  );
}

function engineChannels(): Json {
  return {
    select: {
      address: names.select,
      description: 'Whom to call for an order; the reply comes to the inbox of the request.',
      ...onNats,
      messages: { request: { name: 'selectRequest', payload: file(SELECT_REQUEST_FILE) } },
    },
    selectReply: {
      address: null,
      description: 'The inbox of a select request.',
      ...onNats,
      messages: {
        selection: { name: 'selection', payload: file(SELECTION_ANSWER_FILE) },
        error: { name: 'error', payload: file(serverFrameFile('error')) },
      },
    },
    rankings: {
      address: names.rankings('{topic}'),
      description: 'The newest state of a ranking, and what changed since the one before.',
      ...onNats,
      parameters: {
        topic: { description: 'A topic of the WebSocket protocol, / written as a dot.' },
      },
      messages: {
        snapshot: { name: 'snapshot', payload: file(serverFrameFile('snapshot')) },
        delta: { name: 'delta', payload: file(serverFrameFile('delta')) },
      },
    },
    decisions: {
      address: names.decisions,
      description: 'Every selection that was answered, kept in a stream.',
      ...onNats,
      messages: { selection: chainedMessage('decision', SELECTION_FILE) },
    },
    tca: {
      address: names.tca('{partition}' as string as unknown as number),
      description: 'Post-trade analyses of orders, each once, kept in a stream.',
      ...onNats,
      parameters: { partition: { description: 'The partition of the instrument.' } },
      messages: { analysis: { name: 'tcaMessage', payload: file(TCA_MESSAGE_FILE) } },
    },
    deadletter: {
      address: `${names.root}.deadletter.{reason}.{origin}`,
      description: 'What could not be used, with its bytes, kept in a stream.',
      ...onNats,
      parameters: {
        reason: { enum: [...DEAD_LETTER_REASONS] },
        origin: { description: 'The partition that refused it, `all`, or `feed`.' },
      },
      messages: { letter: { name: 'deadLetter', payload: file(DEAD_LETTER_FILE) } },
    },
  };
}

function engineOperations(): Json {
  return {
    answerSelect: {
      action: 'receive',
      channel: channelRef('select'),
      summary: 'Selects dealers for an order.',
      messages: [messageRef('select', 'request')],
      reply: {
        address: { location: '$message.header#/reply', description: 'The inbox of the request.' },
        channel: channelRef('selectReply'),
        messages: [messageRef('selectReply', 'selection'), messageRef('selectReply', 'error')],
      },
    },
    sendRankings: sendOn('rankings', ['snapshot', 'delta']),
    sendDecisions: sendOn('decisions', ['selection']),
    sendAnalyses: sendOn('tca', ['analysis']),
    sendDeadLetters: sendOn('deadletter', ['letter']),
  };
}

function auditChannels(): Json {
  return Object.fromEntries(
    AUDIT_KINDS.map((kind) => [
      kind,
      {
        address: names.audit(kind),
        description: AUDIT_RECORDS[kind].channel,
        ...onNats,
        messages: { [kind]: chainedMessage(kind, auditFile(kind)) },
      },
    ]),
  );
}

function auditOperations(): Json {
  return Object.fromEntries(
    AUDIT_KINDS.map((kind) => [AUDIT_RECORDS[kind].operation, sendOn(kind, [kind])]),
  );
}

/** A record of the audit log: JSON text, linked to the one before by its headers. */
function chainedMessage(name: string, payload: string): Json {
  const contentType = 'application/json';
  return { name, contentType, headers: file(CHAIN_HEADERS_FILE), payload: file(payload) };
}

function sendOn(channel: string, messages: readonly string[]): Json {
  return {
    action: 'send',
    channel: channelRef(channel),
    messages: messages.map((message) => messageRef(channel, message)),
  };
}

const clientMessage = (type: string) => `client_${type}`;
const serverMessage = (type: string) => `server_${type}`;

function subscriberChannel(): Json {
  const fromClient = Object.keys(CLIENT_FRAME_SCHEMAS).map((type) => [
    clientMessage(type),
    { name: type, title: `From the subscriber: ${type}`, payload: file(clientFrameFile(type)) },
  ]);
  const fromServer = Object.keys(SERVER_FRAME_SCHEMAS).map((type) => [
    serverMessage(type),
    { name: type, title: `To the subscriber: ${type}`, payload: file(serverFrameFile(type)) },
  ]);
  return {
    address: '/',
    description:
      'The WebSocket. A topic starts with a snapshot; each delta applies to exactly seq - 1. A subscriber that falls behind is sent a fresh snapshot, never a queue.',
    servers: [ref('#/servers/gateway')],
    messages: Object.fromEntries([...fromClient, ...fromServer]),
    bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
  };
}

function subscriberOperations(): Json {
  const clientTypes = Object.keys(CLIENT_FRAME_SCHEMAS);
  const serverTypes = Object.keys(SERVER_FRAME_SCHEMAS);
  return {
    receiveFrames: {
      action: 'receive',
      channel: channelRef('subscriber'),
      messages: clientTypes.map((type) => messageRef('subscriber', clientMessage(type))),
    },
    sendFrames: sendOn('subscriber', serverTypes.map(serverMessage)),
  };
}
