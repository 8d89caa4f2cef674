import { decode as decodeGenerally } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from './codec.ts';
import { tableOf, valuesOf } from './codec-table.ts';
import { arbitraryMessage, EVENT_ARBITRARIES } from './event-arbitraries.ts';
import type { FirstcallEvent } from './events.ts';
import { MsgpackReader } from './msgpack-reader.ts';
import { damages } from './testing/damage.ts';

/** A reader that has learned what all kinds of events look like, as maps and as tables. */
const learned = new MsgpackReader({ compiles: true });
const arbitraries = Object.values(EVENT_ARBITRARIES) as fc.Arbitrary<FirstcallEvent>[];
for (const arbitrary of arbitraries) {
  const events = fc.sample(arbitrary, { seed: 1, numRuns: 200 });
  for (let i = 0; i < 100; i++) {
    const some = events.slice(i % 10, i % 20);
    for (const event of some) learned.read(encode(event));
    if (some.length > 0) learned.readAll(encode(tableOf(some)));
  }
}

/** What `read` returns or refuses; an error of another kind than the codec's fails the test. */
function outcomeOf(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch (error) {
    expect(error).toMatchObject({ code: 'undecodable' });
    return { refused: (error as Error).message };
  }
}

/** Reads with what was learned, and with nothing learned, which must not differ. */
function readBoth(bytes: Uint8Array): { value?: unknown } {
  const outcome = outcomeOf(() => learned.read(bytes));
  const plainly = outcomeOf(() => new MsgpackReader().read(bytes));
  expect(outcome).toStrictEqual(plainly);
  return outcome as { value?: unknown };
}

const inPieces = fc
  .tuple(arbitraryMessage.map(encode), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([bytes, at]) => bytes.subarray(0, Math.floor(at * bytes.length)));

const damaged = fc
  .tuple(arbitraryMessage, damages)
  .map(([message, damage]) => damage(encode(message)));

test('events are read the same with what was learned, without it, and by @msgpack/msgpack', () => {
  fc.assert(
    fc.property(arbitraryMessage, (message) => {
      const bytes = encode(message);
      expect(readBoth(bytes)).toStrictEqual({ value: decodeGenerally(bytes) });
    }),
  );
});

test('torn and damaged messages are read or refused the same', () => {
  fc.assert(
    fc.property(fc.oneof(inPieces, damaged), (bytes) => {
      const outcome = readBoth(bytes);
      // Compares bytes, which have one zero: -0 is read as 0.
      if ('value' in outcome) {
        expect(encode(outcome.value)).toEqual(encode(decodeGenerally(bytes)));
      }
    }),
    { numRuns: 3000 },
  );
});

const someOfAKind = fc
  .constantFrom(...arbitraries)
  .chain((events) => fc.array(events, { minLength: 1, maxLength: 6 }));

test('a table is read as the events that it was made of', () => {
  fc.assert(
    fc.property(someOfAKind, (events) => {
      const bytes = encode(tableOf(events));
      // Events of fast-check may have no prototype.
      const plain = decodeGenerally(encode(events));
      expect(learned.readAll(bytes)).toStrictEqual(plain);
      expect(new MsgpackReader().readAll(bytes)).toStrictEqual(plain);
    }),
  );
});

test('torn and damaged tables are read as the general way reads them, or refused the same', () => {
  fc.assert(
    fc.property(someOfAKind, damages, fc.boolean(), (events, damage, isTorn) => {
      const whole = encode(tableOf(events));
      const bytes = isTorn ? whole.subarray(0, damage(whole).length - 2) : damage(whole);
      const generally = outcomeOf(() => valuesOf(new MsgpackReader().read(bytes)));
      expect(outcomeOf(() => learned.readAll(bytes))).toStrictEqual(generally);
      expect(outcomeOf(() => new MsgpackReader().readAll(bytes))).toStrictEqual(generally);
    }),
    { numRuns: 3000 },
  );
});

test('texts that differ in a byte or in length alone are never taken for one another', () => {
  const reader = new MsgpackReader({ compiles: true });
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'ä'), maxLength: 70 }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(texts, (some) => {
      const both = [...some, ...some];
      expect(reader.read(encode(both))).toEqual(both);
      const record = Object.fromEntries(both.map((text, i) => [`key${i}`, text]));
      expect(reader.read(encode(record))).toStrictEqual(record);
    }),
    { numRuns: 500 },
  );
});
