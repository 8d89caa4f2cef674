import { encode } from '../schemas/codec.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import type { Refusal } from '../schemas/validate.ts';
import { EXPLAINED_MAX, type MessageContent, takeEvents } from './event-intake.ts';

/** What came of one message of the log. */
export interface Taken {
  readonly events: FirstcallEvent[];
  /** Values that are no events. */
  readonly refused: number;
}

/**
 * The valid events of a log message, in order. What is not one becomes a dead letter with its reason,
 * its place and its bytes: each of the first EXPLAINED_MAX, and all further ones one together, with
 * the whole message, or a message of a megabyte could become a million letters.
 */
export function takeWithLetters(
  message: MessageContent,
  partition: PartitionName,
  partitions: number,
  put: (refusal: Refusal, index: number, bytes: Uint8Array) => void,
): Taken {
  const whole = () => new Uint8Array(message.data);
  let refused = 0;
  let firstFurther = 0;
  const events = takeEvents(message, partition, partitions, (refusal, index, value) => {
    refused++;
    if (refused <= EXPLAINED_MAX)
      put(refusal, index, value === undefined ? whole() : encode(value));
    else if (refused === EXPLAINED_MAX + 1) firstFurther = index;
  });
  if (refused > EXPLAINED_MAX) {
    const detail = `${refused - EXPLAINED_MAX} more of the message are refused; this is all of it`;
    put({ reason: 'invalid', detail }, firstFurther, whole());
  }
  return { events, refused };
}
