import type { JsMsg } from '@nats-io/jetstream';
import { refuseLogged } from '../schemas/admission.ts';
import { decode, encode } from '../schemas/codec.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import type { Refusal } from '../schemas/validate.ts';

/** What is needed of a message of the log. */
export type LoggedMessage = Pick<JsMsg, 'seq' | 'subject' | 'data'> & {
  /** When the log stored it. */
  readonly info: Pick<JsMsg['info'], 'timestampNanos'>;
};

/** Takes what is refused; the rest of the message goes on. */
export type OnRefused = (refusal: Refusal, index: number, bytes: Uint8Array) => void;

/**
 * The valid events of a log message, in order. What is not one is handed to `onRefused` with its
 * reason and its bytes.
 */
export function takeEvents(
  message: LoggedMessage,
  partition: PartitionName,
  partitions: number,
  onRefused: OnRefused,
): FirstcallEvent[] {
  let decoded: unknown;
  try {
    decoded = decode(message.data);
  } catch (error) {
    const detail = (error as Error).message;
    onRefused({ reason: 'undecodable', detail }, 0, new Uint8Array(message.data));
    return [];
  }
  const values = Array.isArray(decoded) ? decoded : [decoded];
  const tsLog = Math.floor(message.info.timestampNanos / 1000);
  const arrival = { subject: message.subject, tsLog, partition, partitions };
  const events: FirstcallEvent[] = [];
  for (const [index, value] of values.entries()) {
    const refusal = refuseLogged(value, arrival);
    if (refusal === null) events.push(value as FirstcallEvent);
    else onRefused(refusal, index, encode(value));
  }
  return events;
}
