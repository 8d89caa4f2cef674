import { createHash } from 'node:crypto';
import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { refuseLogged } from '../../../schemas/admission.ts';
import { encode } from '../../../schemas/codec.ts';
import { FirstcallError } from '../../../schemas/errors.ts';
import { decodeEvents } from '../../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../../schemas/events.ts';
import type { Micros } from '../../../schemas/ids.ts';
import { type LogNames, type PartitionName, partitionOf } from '../../../schemas/subjects.ts';
import { type Refusal, refuseEvent } from '../../../schemas/validate.ts';
import type { LetterBox, RequeueMark, StoredLetter } from './letter-box.ts';

/** What became of a letter that was to be requeued. */
export type RequeueOutcome =
  | {
      readonly outcome: 'requeued' | 'requeuedEarlier';
      readonly sequence: number;
      readonly messages: RequeueMark['messages'];
    }
  | { readonly outcome: 'stillRefused'; readonly sequence: number; readonly refusal: Refusal }
  | { readonly outcome: 'noLetter'; readonly sequence: number };

/** An event of a letter that passes now, and where it belongs. */
interface Passed {
  readonly subject: string;
  readonly stream: string;
  readonly event: FirstcallEvent;
}

const ACK_MS = 10_000;

/** Judges letters by the rules of the log as of now, and publishes what passes. */
export class Requeuer {
  readonly #js: JetStreamClient;
  readonly #names: LogNames;
  readonly #partitions: number;
  readonly #box: LetterBox;

  constructor(nc: NatsConnection, names: LogNames, partitions: number, box: LetterBox) {
    this.#js = jetstream(nc);
    this.#names = names;
    this.#partitions = partitions;
    this.#box = box;
  }

  /**
   * Publishes the events of a letter if all of them pass, under their own ids, and marks the letter once
   * the log has them. The message id is made of the content, so that the log keeps a repeat once within
   * two minutes; event ids make later ones harmless. Rejects with FirstcallError `requeueFailed`.
   */
  async requeue(letter: StoredLetter): Promise<RequeueOutcome> {
    const { sequence } = letter;
    const mark = await this.#box.markOf(letter);
    if (mark !== null) return { outcome: 'requeuedEarlier', sequence, messages: mark.messages };
    const verdict = this.judge(letter);
    if ('reason' in verdict) return { outcome: 'stillRefused', sequence, refusal: verdict };
    const messages: Array<{ subject: string; sequence: number }> = [];
    for (const passed of verdict) {
      messages.push({ subject: passed.subject, sequence: await this.#publish(passed, sequence) });
    }
    await this.#box.mark(letter, { tsLetter: letter.tsLog, tsRequeued: nowMicros(), messages });
    return { outcome: 'requeued', sequence, messages };
  }

  /** The events of a letter with their subjects, or why one of them is still refused. */
  judge(letter: StoredLetter): readonly Passed[] | Refusal {
    let values: readonly unknown[];
    try {
      values = decodeEvents(letter.bytes);
    } catch (error) {
      return { reason: 'undecodable', detail: (error as Error).message };
    }
    const passed: Passed[] = [];
    for (const value of values) {
      const verdict = this.#judgeEvent(value, letter.partition);
      if ('reason' in verdict) return verdict;
      passed.push(verdict);
    }
    if (passed.length > 0) return passed;
    return { reason: 'invalid', detail: 'an empty list of events' };
  }

  #judgeEvent(value: unknown, origin: PartitionName | undefined): Passed | Refusal {
    const refusal = refuseEvent(value);
    if (refusal !== null) return refusal;
    const event = value as FirstcallEvent;
    if (event.kind === 'clock') {
      return { reason: 'invalid', detail: 'clock: the time of the log has gone on without it' };
    }
    const partition = homeOf(event, origin, this.#partitions);
    const subject = this.#names.events(partition, event.kind);
    const arrival = { subject, tsLog: nowMicros(), partition, partitions: this.#partitions };
    const stream = this.#names.stream(partition);
    return refuseLogged(event, arrival) ?? { subject, stream, event };
  }

  async #publish({ subject, stream, event }: Passed, letter: number): Promise<number> {
    const bytes = encode(event);
    const hash = createHash('sha256').update(subject).update('\n').update(bytes);
    const msgID = `requeue-${hash.digest('base64url')}`;
    try {
      const expect = { streamName: stream };
      const { seq } = await this.#js.publish(subject, bytes, { msgID, expect, timeout: ACK_MS });
      return seq;
    } catch (cause) {
      const what = `letter ${letter}: ${event.kind} ${event.id} was not stored: ${cause}`;
      throw new FirstcallError('requeueFailed', `${what}; requeue it again`, { cause });
    }
  }
}

/** The partition of an event's instrument; `all` for dealers, and for ticks that came from there. */
function homeOf(
  event: Exclude<FirstcallEvent, { kind: 'clock' }>,
  origin: PartitionName | undefined,
  partitions: number,
): PartitionName {
  if (event.kind === 'dealer' || (event.kind === 'tick' && origin === 'all')) return 'all';
  return partitionOf(event.instrumentId, partitions);
}

const nowMicros = (): Micros => Date.now() * 1000;
