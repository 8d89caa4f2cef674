import type { NatsConnection } from '@nats-io/transport-node';
import { decode, encode, encodeJson, MAX_MESSAGE_BYTES } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { encodeAnswer } from '../../schemas/selection-writer.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { answerOrder } from './answer-order.ts';
import { errorCodeOf, readOrder } from './client-frames.ts';
import type { EngineServices, TopicUpdate } from './services.ts';

/** Engines of one log share the requests: each is answered once. */
const QUEUE = 'firstcall';
/**
 * Every so many states of a topic go out whole, so that a reader who comes late, or lost a message,
 * waits this many updates at most. Core NATS keeps nothing for it.
 */
const SNAPSHOT_EVERY = 50;
const JSON_OBJECT = 0x7b;

export interface NatsServing {
  /** Sends a new state of a topic to `names.rankings(topic)`. Never throws; see `skipped`. */
  publish(update: TopicUpdate): void;
  /** States not sent: the subject would not be one, the frame was too large, or no connection. */
  readonly skipped: number;
  /** Answers what has arrived and stops. The connection stays open: it is the caller's. */
  close(): Promise<void>;
}

/**
 * Answers selections on `names.select` and publishes rankings. A request is one SelectRequest in
 * MessagePack or JSON, and the reply is in the same: a SelectionAnswer, or `{error: {code, message}}`.
 */
export function serveNats(
  nc: NatsConnection,
  names: LogNames,
  services: EngineServices,
  report: (error: unknown) => void = (error) => process.stderr.write(`nats: ${String(error)}\n`),
): NatsServing {
  const subscription = nc.subscribe(names.select, {
    queue: QUEUE,
    callback: (error, message) => {
      if (error === null)
        message.respond(answerSelect(services, message.data, maxBytesOf(nc), report));
      else report(error);
    },
  });
  let skipped = 0;
  return {
    publish: (update) => {
      if (!publishState(nc, names, update)) skipped++;
    },
    get skipped() {
      return skipped;
    },
    close: () => (nc.isClosed() ? Promise.resolve() : subscription.drain()),
  };
}

/** The reply to a request, of at most `maxBytes`. Never throws. */
export function answerSelect(
  services: EngineServices,
  request: Uint8Array,
  maxBytes: number,
  report: (error: unknown) => void,
): Uint8Array {
  const isJson = request[0] === JSON_OBJECT;
  const pack = isJson ? packJson : encode;
  try {
    const answer = answerOrder(services, readOrder(readRequest(request)));
    const reply = isJson ? packJson(answer) : encodeAnswer(answer);
    if (reply.length <= maxBytes) return reply;
    const message = `order.count: the answer exceeds NATS's ${maxBytes} bytes; ask for fewer`;
    return pack({ error: { code: 'badOrder', message } });
  } catch (error) {
    const { code, message } = errorCodeOf(error);
    if (code === 'internal') report(error);
    return pack({ error: { code, message } });
  }
}

function packJson(value: unknown): Uint8Array {
  return Buffer.from(encodeJson(value));
}

function maxBytesOf(nc: NatsConnection): number {
  return nc.info?.max_payload ?? MAX_MESSAGE_BYTES;
}

function readRequest(data: Uint8Array): unknown {
  try {
    return decode(data);
  } catch (cause) {
    throw new FirstcallError('badFrame', `request: ${(cause as Error).message}`, { cause });
  }
}

function publishState(nc: NatsConnection, names: LogNames, update: TopicUpdate): boolean {
  const bytes = isBestWhole(update) ? update.snapshot : update.delta;
  const subject = names.rankings(update.topic);
  if (bytes === null || bytes.length > maxBytesOf(nc) || !isSubject(subject) || nc.isClosed()) {
    return false;
  }
  nc.publish(subject, bytes);
  return true;
}

/** A delta that is nearly as long as the whole state spares nobody anything. */
function isBestWhole({ seq, snapshot, delta }: TopicUpdate): boolean {
  return delta === null || seq % SNAPSHOT_EVERY === 0 || 2 * delta.length >= snapshot.length;
}

/** An instrument id may hold dots and wildcards that no subject can. */
function isSubject(subject: string): boolean {
  return subject.split('.').every((token) => token !== '' && token !== '*' && token !== '>');
}
