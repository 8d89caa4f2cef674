import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, encodeJson } from './codec.ts';
import { TABLE_FIELDS_MAX, tableOf } from './codec-table.ts';
import { FirstcallError } from './errors.ts';
import { EVENT_ARBITRARIES } from './event-arbitraries.ts';
import { decodeEvents, encodeEvents } from './event-message.ts';
import { EVENT_SCHEMAS, type FirstcallEvent } from './events.ts';
import { refuseEvent } from './validate.ts';

const TS = 1_700_000_000_000_000;
const tick = (id: string, prices: object) =>
  ({ kind: 'tick', id, tsEvent: TS, instrumentId: 'X', ...prices }) as FirstcallEvent;
const TICKS = [tick('a', { mid: 100 }), tick('b', { bid: 99, ask: 101 }), tick('c', { mid: 101 })];
const TABLE = {
  kind: 'tick',
  fields: ['id', 'tsEvent', 'instrumentId', 'mid', 'bid', 'ask'],
  rows: [
    ['a', TS, 'X', 100, null, null],
    ['b', TS, 'X', null, 99, 101],
    ['c', TS, 'X', 101, null, null],
  ],
};

const jsonBytes = (value: unknown) => new TextEncoder().encode(encodeJson(value));
const detailOf = (value: unknown) => refuseEvent(value)?.detail;

test('one event is a map, several are a table that names their fields once', () => {
  expect(decode(encodeEvents(TICKS.slice(0, 1)))).toEqual(TICKS[0]);
  expect(decode(encodeEvents(TICKS))).toEqual(TABLE);
});

test.each(Object.entries(EVENT_ARBITRARIES))('%s events survive in a message', (_, events) => {
  const some = fc.array(events as fc.Arbitrary<FirstcallEvent>, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(some, (message) => {
      expect(decodeEvents(encodeEvents(message))).toEqual(message);
    }),
  );
});

test('no event has more fields than a table', () => {
  for (const { properties } of Object.values(EVENT_SCHEMAS)) {
    expect(Object.keys(properties).length).toBeLessThanOrEqual(TABLE_FIELDS_MAX);
  }
});

describe('a message is taken', () => {
  test.each<[string, Uint8Array, readonly unknown[]]>([
    ['as a map', encode(TICKS[0]), TICKS.slice(0, 1)],
    ['as an array of maps', encode(TICKS), TICKS],
    ['as a table', encode(TABLE), TICKS],
    [
      'as a table in another order',
      encode({ rows: TABLE.rows, fields: TABLE.fields, kind: 'tick' }),
      TICKS,
    ],
    ['as a JSON object', jsonBytes(TICKS[0]), TICKS.slice(0, 1)],
    ['as a JSON array', jsonBytes(TICKS), TICKS],
    ['as a table in JSON', jsonBytes(TABLE), TICKS],
    ['of no rows', encode({ ...TABLE, rows: [] }), []],
    ['of an empty array', encode([]), []],
    ['of something else', encode([7, null]), [7, null]],
  ])('%s', (_, bytes, events) => {
    // Twice, since what was learned from the first is used for the second.
    expect(decodeEvents(bytes)).toStrictEqual(events);
    expect(decodeEvents(bytes)).toStrictEqual(events);
  });
});

test('a row that is none of its table is refused by itself, under its own index', () => {
  const rows = [TABLE.rows[0], ['b', TS], 5, [...TABLE.rows[2]!, 1], TABLE.rows[2]];
  for (const bytes of [encode({ ...TABLE, rows }), jsonBytes({ ...TABLE, rows })]) {
    const values = decodeEvents(bytes);
    expect(values.map(detailOf)).toEqual([
      undefined,
      'rows: a row of 2 values in a table of 6 fields',
      'rows: a row is not an array',
      'rows: a row of 7 values in a table of 6 fields',
      undefined,
    ]);
    // What stands in its dead letter says the same again.
    expect(decodeEvents(encode(values[1])).map(detailOf)).toEqual([detailOf(values[1])]);
  }
});

test('a value that its field does not take is refused as in a map', () => {
  const rows = [['a', TS, 'X', -1, null, null], ['b', TS, 'X', null, null, null], TABLE.rows[0]];
  expect(decodeEvents(encode({ ...TABLE, rows })).map(detailOf)).toEqual([
    'mid: must be > 0, got -1',
    'tick: needs a mid, or a bid and an ask',
    undefined,
  ]);
});

describe('a table is refused as a whole', () => {
  const wrongFields = 'fields: not at most 31 names, each once and without kind';
  test.each([
    [{ fields: ['id', 'id'] }, wrongFields],
    [{ fields: ['id', 'kind'] }, wrongFields],
    [{ fields: ['id', 7] }, wrongFields],
    [{ fields: ['id', '__proto__'] }, wrongFields],
    [{ fields: 'id' }, wrongFields],
    [{ fields: Array.from({ length: 32 }, (_, i) => `f${i}`) }, wrongFields],
    [{ rows: { a: 1 } }, 'rows: not an array'],
    [{ rows: null }, 'rows: not an array'],
  ])('with %j', (wrong, detail) => {
    const message = { ...TABLE, ...wrong };
    for (const bytes of [encode(message), jsonBytes(message)]) {
      expect(decodeEvents(bytes)).toEqual([message]);
      expect(decodeEvents(bytes).map(detailOf)).toEqual([detail]);
    }
  });
});

test('names that no event has are no fields that a validator takes', () => {
  const table = { kind: 'tick', fields: ['id', 'größe', 'x'.repeat(40)], rows: [['a', 1, 2]] };
  const [event] = decodeEvents(encode(table));
  expect(event).toEqual({ kind: 'tick', id: 'a', größe: 1, ['x'.repeat(40)]: 2 });
  expect(refuseEvent(event)?.reason).toBe('invalid');
});

test('what cannot be decoded says where, in a table too', () => {
  const bytes = encode(tableOf(TICKS));
  const torn = () => decodeEvents(bytes.subarray(0, bytes.length - 1));
  expect(torn).toThrow(FirstcallError);
  expect(torn).toThrow(`the message ends early at byte ${bytes.length - 1}`);
  expect(() => decodeEvents(Uint8Array.of(...bytes, 0))).toThrow(
    `1 trailing bytes at byte ${bytes.length}`,
  );
});
