import { Decoder } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, decodeJson, encode, encodeJson } from './codec.ts';
import { MAX_DEPTH } from './codec-limits.ts';
import { FirstcallError } from './errors.ts';
import { arbitraryMessage, EVENT_ARBITRARIES } from './event-arbitraries.ts';
import { damages } from './testing/damage.ts';

const FORBIDDEN_KEYS = ['__proto__', 'constructor', 'prototype'];

const REFUSED = Symbol('refused');

/** The decoded value, or REFUSED; lets every error but the codec's own through. */
function decodeOrRefuse(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof FirstcallError && error.code === 'undecodable') return REFUSED;
    throw error;
  }
}

function refusalOf(bytes: Uint8Array): string {
  try {
    decode(bytes);
  } catch (error) {
    return (error as Error).message;
  }
  return 'was not refused';
}

/** Compares bytes, which have one zero: a decoded -0 is sent on as 0. */
function expectToSurvive(value: unknown): void {
  const bytes = encode(value);
  expect(encode(decode(bytes))).toEqual(bytes);
}

test.each(Object.entries(EVENT_ARBITRARIES))('%s events survive both formats', (_, events) => {
  fc.assert(
    fc.property(events as fc.Arbitrary<unknown>, (event) => {
      expect(decode(encode(event))).toEqual(event);
      expect(decode(new TextEncoder().encode(encodeJson(event)))).toEqual(event);
      expect(decodeJson(encodeJson(event))).toEqual(event);
    }),
  );
});

test('any plain value survives both formats', () => {
  const plain = fc.anything({
    key: fc.string({ unit: 'binary' }).filter((key) => !FORBIDDEN_KEYS.includes(key)),
    maxDepth: 6,
    values: [
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    ],
  });
  fc.assert(
    fc.property(plain, (value) => {
      expect(decode(encode(value))).toEqual(value);
      expect(decodeJson(encodeJson(value))).toEqual(value);
    }),
  );
});

test('random bytes are decoded or refused, and what is decoded can be sent on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const value = decodeOrRefuse(bytes);
      // As a whole message these two integers are one byte, which says JSON. Events are maps.
      fc.pre(value !== 0x5b && value !== 0x7b);
      if (value !== REFUSED) expectToSurvive(value);
    }),
    { numRuns: 5000 },
  );
});

const mutated = fc
  .tuple(arbitraryMessage, damages)
  .map(([message, damaged]) => damaged(encode(message)));

/** Any other first byte makes it MessagePack. */
const isJson = (bytes: Uint8Array) => bytes[0] === 0x7b || bytes[0] === 0x5b;

test('mutated MessagePack is decoded or refused, and what is decoded can be sent on', () => {
  fc.assert(
    fc.property(mutated, (bytes) => {
      const value = decodeOrRefuse(bytes);
      if (value !== REFUSED) expectToSurvive(value);
    }),
    { numRuns: 1000 },
  );
});

test('mutated JSON is refused, or read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(arbitraryMessage, damages, (message, damaged) => {
      const bytes = damaged(new TextEncoder().encode(encodeJson(message)));
      fc.pre(isJson(bytes));
      const value = decodeOrRefuse(bytes);
      if (value !== REFUSED) expect(value).toEqual(JSON.parse(new TextDecoder().decode(bytes)));
    }),
    { numRuns: 1000 },
  );
});

test('valid JSON is refused only for the reasons that are named', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8, stringUnit: 'binary' }), (text) => {
      const isNamed = /__proto__|constructor|prototype/.test(text) || !text.isWellFormed();
      if (!isNamed) expect(decodeJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

/** Headers that promise a container or bytes of any size. */
const header = fc.oneof(
  fc.integer({ min: 0x80, max: 0x9f }).map((tag) => [tag]),
  fc.tuple(fc.constantFrom(0xdc, 0xde, 0xda, 0xc5), fc.nat(255), fc.nat(255)),
  fc.tuple(
    fc.constantFrom(0xdd, 0xdf, 0xdb, 0xc6),
    fc.nat(255),
    fc.nat(255),
    fc.nat(255),
    fc.nat(255),
  ),
);

/** Values and keys, containers included: what a decoded message costs. */
function countNodes(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 1;
  const below = Array.isArray(value) ? value : Object.entries(value).flat();
  return below.reduce((sum, item) => sum + countNodes(item), 1);
}

test('what comes out is no more than what came in, whatever the headers promise', () => {
  const noise = fc.array(fc.oneof(header, fc.tuple(fc.nat(255))), { maxLength: 200 });
  fc.assert(
    fc.property(noise, (parts) => {
      const bytes = Uint8Array.from(parts.flat());
      const value = decodeOrRefuse(bytes);
      if (value !== REFUSED) expect(countNodes(value)).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test.each([
  ['array 32 of everything', [0xdd, 0xff, 0xff, 0xff, 0xff]],
  ['array 16 of what is left', [0xdc, 0x03, 0xe8]],
  ['fixarray', [0x9f]],
  ['map 32', [0xdf, 0x00, 0x00, 0x10, 0x00]],
])('9 KB of nested headers, %s, are refused within the allowed depth', (_, headerBytes) => {
  const bytes = Uint8Array.from({ length: 9000 }, (_, i) => headerBytes[i % headerBytes.length]!);
  const offset = /at byte (\d+)$/.exec(refusalOf(bytes))?.[1];
  // The reader goes forward only, so this is also its work.
  expect(Number(offset)).toBeLessThanOrEqual(MAX_DEPTH * headerBytes.length);
});

test('what is decoded is what a general decoder makes of it', () => {
  const general = new Decoder();
  fc.assert(
    fc.property(fc.oneof(arbitraryMessage.map(encode), mutated, fc.uint8Array()), (bytes) => {
      const value = decodeOrRefuse(bytes);
      if (value !== REFUSED && !isJson(bytes)) {
        expect(encode(value)).toEqual(encode(general.decode(bytes)));
      }
    }),
    { numRuns: 1000 },
  );
});
