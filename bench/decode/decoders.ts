import { decode as decodeGenerally } from '@msgpack/msgpack';
import { encode } from '../../schemas/codec.ts';
import { valuesOf } from '../../schemas/codec-table.ts';
import { decodeEvents, encodeEvents } from '../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { refuseEvent } from '../../schemas/validate.ts';

/** A way to turn the bytes of a message into events. */
export interface Decoder {
  readonly name: string;
  encode(events: readonly FirstcallEvent[]): Uint8Array;
  decode(bytes: Uint8Array): unknown;
  /** What it makes of a message, as a list of events, to compare it with the others. */
  eventsOf(decoded: unknown): readonly unknown[];
}

const fromUtf8 = new TextDecoder();

const asMaps = (events: readonly FirstcallEvent[]): Uint8Array =>
  encode(events.length === 1 ? events[0] : events);

const list = (decoded: unknown): readonly unknown[] => decoded as readonly unknown[];

const BASELINE: Decoder = {
  name: '@msgpack/msgpack',
  encode: asMaps,
  decode: (bytes) => decodeGenerally(bytes),
  eventsOf: valuesOf,
};

const JSON_PARSE: Decoder = {
  name: 'JSON.parse, JSON',
  encode: (events) => new TextEncoder().encode(JSON.stringify(events)),
  decode: (bytes) => JSON.parse(fromUtf8.decode(bytes)),
  eventsOf: list,
};

const ENGINE: Decoder = { name: 'engine', encode: asMaps, decode: decodeEvents, eventsOf: list };

const VALIDATED: Decoder = {
  ...ENGINE,
  name: 'engine, validated too',
  decode: (bytes) => {
    const values = decodeEvents(bytes);
    return values.every((value) => refuseEvent(value) === null) ? values : [];
  },
};

/** The engine first, the baseline last. */
export const SINGLE_DECODERS: readonly Decoder[] = [ENGINE, VALIDATED, JSON_PARSE, BASELINE];

/** Of messages with several events. */
export const BATCH_DECODERS: readonly Decoder[] = [
  { ...ENGINE, name: 'engine, table', encode: encodeEvents },
  { ...ENGINE, name: 'engine, array of maps' },
  JSON_PARSE,
  { ...BASELINE, name: '@msgpack/msgpack, table', encode: encodeEvents },
  { ...BASELINE, name: '@msgpack/msgpack, array of maps' },
];
