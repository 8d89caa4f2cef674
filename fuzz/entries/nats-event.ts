import fc from 'fast-check';
import { encode } from '../../schemas/codec.ts';
import { arbitraryMessage, arbitraryTable } from '../../schemas/event-arbitraries.ts';
import type { Refusal } from '../../schemas/validate.ts';
import { takeWithLetters } from '../../workers/message-letters.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { MESSAGE_BOMBS, messages } from '../inputs/messages.ts';

/** Late enough for no event to be of the future. */
const LOG_NANOS = Number.MAX_SAFE_INTEGER * 1000;
const KIND = /kind[^a-zA-Z]{0,4}([a-zA-Z]+)/;

const FIELDS_MAX = Array.from({ length: 31 }, (_, i) => `field${i}`);

/** Tables that promise more than they say: rows of nothing, and of nothing but absent fields. */
const TABLE_BOMBS = [
  { kind: 'clock', fields: ['id', 'tsEvent'], rows: Array(60_000).fill([]) },
  { kind: 'clock', fields: [], rows: Array(60_000).fill([]) },
  { kind: 'clock', fields: FIELDS_MAX, rows: Array(1_900).fill(FIELDS_MAX.map(() => null)) },
  { kind: 'clock', fields: FIELDS_MAX, rows: Array(1_900).fill(FIELDS_MAX.map((_, i) => i)) },
].map(encode);

/** Messages of the log, as shards take them. What is refused is a dead letter. */
export const natsEvent: FuzzEntry = {
  name: 'nats-event',
  about: 'events of the log, as a shard takes them (NATS payload)',
  inputs: messages(fc.oneof<fc.Arbitrary<unknown>[]>(arbitraryMessage, arbitraryTable)),
  bombs: [...MESSAGE_BOMBS, ...TABLE_BOMBS],
  open: () => ({ feed: takeMessage, close: () => {} }),
};

function takeMessage(input: Uint8Array): Outcome {
  // The subject that a feed would have published this on, so that a good event is taken.
  const kind = KIND.exec(Buffer.from(input).toString('latin1'))?.[1] ?? 'quote';
  const partition = kind === 'dealer' || kind === 'clock' ? 'all' : 0;
  const message = {
    data: input,
    subject: `firstcall.v1.events.${partition}.${kind}`,
    info: { timestampNanos: LOG_NANOS },
  };
  const letters: Refusal[] = [];
  const { events } = takeWithLetters(message, partition, 1, (refusal, _index, bytes) => {
    letters.push(refusal);
    if (bytes.length === 0 && input.length > 0) throw new Error('a dead letter without bytes');
  });
  const [first] = letters;
  if (first === undefined) return { taken: events };
  return { refused: first.reason, reason: first.detail };
}
