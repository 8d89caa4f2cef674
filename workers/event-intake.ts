import type { JsMsg } from '@nats-io/jetstream';
import { refuseLogged } from '../schemas/admission.ts';
import { decodeEvents } from '../schemas/event-message.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import type { Refusal } from '../schemas/validate.ts';

/** What of a message of the log says what it holds. */
export type MessageContent = Pick<JsMsg, 'data' | 'subject'> & {
  /** When the log stored it. */
  readonly info: Pick<JsMsg['info'], 'timestampNanos'>;
};

/** And where it stands. */
export type LoggedMessage = MessageContent & Pick<JsMsg, 'seq'>;

/**
 * Takes what is refused; the rest of the message goes on. `value` has been decoded; undefined: the
 * message itself could not be.
 */
export type OnRefused = (refusal: Refusal, index: number, value: unknown) => void;

/** Refusals of one message that say in detail what is wrong. */
export const EXPLAINED_MAX = 64;

/**
 * The valid events of a log message, in order. What is not one is handed to `onRefused` with its
 * reason.
 */
export function takeEvents(
  message: MessageContent,
  partition: PartitionName,
  partitions: number,
  onRefused: OnRefused,
): FirstcallEvent[] {
  let values: readonly unknown[];
  try {
    values = decodeEvents(message.data);
  } catch (error) {
    const detail = (error as Error).message;
    onRefused({ reason: 'undecodable', detail }, 0, undefined);
    return [];
  }
  const tsLog = Math.floor(message.info.timestampNanos / 1000);
  const arrival = { subject: message.subject, tsLog, partition, partitions };
  const events: FirstcallEvent[] = [];
  let refused = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    const refusal = refuseLogged(value, arrival, refused < EXPLAINED_MAX);
    if (refusal === null) {
      events.push(value as FirstcallEvent);
      continue;
    }
    refused++;
    onRefused(refusal, index, value);
  }
  return events;
}
