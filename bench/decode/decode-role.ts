import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { RoleMethods } from '../support/role.ts';
import { BATCH_DECODERS, type Decoder, SINGLE_DECODERS } from './decoders.ts';
import { countOf, type MessageSet, messageSets } from './message-sets.ts';

/** A set and who decodes it, as it stands in the tables. */
export interface SetDescription {
  readonly title: string;
  readonly decoders: readonly {
    readonly name: string;
    readonly bytesPerEvent: number;
    /** Whether every message came to the events that it was made of. */
    readonly agrees: boolean;
  }[];
}

/** What an event cost one decoder in one round. */
export interface DecodeCost {
  readonly nanos: number;
  /** Of all threads: collecting garbage counts. */
  readonly cpuNanos: number;
}

/** Which decoder of which set, and for how long. */
export interface MeasureOptions {
  readonly set: number;
  readonly decoder: number;
  readonly milliseconds: number;
}

/** Messages lie one after the other, as they come off a socket. */
const CHUNK_BYTES = 65_536;
const WARM_UP_PASSES = 3;

/** A decoder and the messages of a set in its form. */
interface Course {
  readonly decoder: Decoder;
  readonly messages: readonly Uint8Array[];
  readonly events: number;
}

/** Decodes in a process of its own, with an engine's settings, in which nothing else has run. */
export function decodeRole(): RoleMethods {
  let courses: Course[][] = [];
  return {
    open: async (): Promise<SetDescription[]> => {
      const sets = await messageSets();
      courses = sets.map(coursesOf);
      const described = sets.map((set, i) => describe(set, courses[i]!));
      for (let pass = 0; pass < WARM_UP_PASSES; pass++) courses.flat().forEach(decodeAll);
      return described;
    },
    measure: ({ set, decoder, milliseconds }: MeasureOptions): DecodeCost =>
      measure(courses[set]![decoder]!, milliseconds),
  };
}

function coursesOf(set: MessageSet): Course[] {
  const decoders = set.messages[0]!.length > 1 ? BATCH_DECODERS : SINGLE_DECODERS;
  return decoders.map((decoder) => ({
    decoder,
    messages: inChunks(set.messages.map((events) => decoder.encode(events))),
    events: countOf(set),
  }));
}

function inChunks(messages: readonly Uint8Array[]): Uint8Array[] {
  let chunk = new Uint8Array(0);
  let at = 0;
  return messages.map((bytes) => {
    if (at + bytes.length > chunk.length) {
      chunk = new Uint8Array(Math.max(CHUNK_BYTES, bytes.length));
      at = 0;
    }
    chunk.set(bytes, at);
    at += bytes.length;
    return chunk.subarray(at - bytes.length, at);
  });
}

function describe({ title, messages }: MessageSet, courses: readonly Course[]): SetDescription {
  const decoders = courses.map(({ decoder, messages: encoded, events }) => ({
    name: decoder.name,
    bytesPerEvent: encoded.reduce((sum, bytes) => sum + bytes.length, 0) / events,
    agrees: encoded.every((bytes, i) => {
      return isDeepStrictEqual(decoder.eventsOf(decoder.decode(bytes)), messages[i]);
    }),
  }));
  return { title, decoders };
}

/** What is returned is kept, so that the compiler cannot leave the call out. */
let kept: unknown;

function decodeAll({ decoder, messages }: Course): void {
  for (const bytes of messages) kept = decoder.decode(bytes);
}

function measure(course: Course, milliseconds: number): DecodeCost {
  const cpuBefore = process.cpuUsage();
  const begin = process.hrtime.bigint();
  const due = begin + BigInt(Math.round(milliseconds * 1e6));
  let passes = 0;
  let end = begin;
  while (end < due) {
    decodeAll(course);
    passes++;
    end = process.hrtime.bigint();
  }
  const cpu = process.cpuUsage(cpuBefore);
  assert(kept !== undefined, 'a decoder returned nothing');
  const events = passes * course.events;
  return {
    nanos: Number(end - begin) / events,
    cpuNanos: ((cpu.user + cpu.system) * 1e3) / events,
  };
}
