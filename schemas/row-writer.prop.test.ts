import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from './codec.ts';
import type { TopicRow } from './protocol.ts';
import { encodeRows } from './row-writer.ts';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.integer({ min: -40_000, max: 70_000 }),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 60, maxLength: 400 }),
);
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });

const metric = fc.record(
  {
    metric: text,
    estimate: number,
    standardError: orNull(number),
    normalised: number,
    weight: number,
    contribution: number,
    mass: number,
    effectiveSample: number,
  },
  { noNullPrototype: true },
);

const scored = fc.record(
  {
    dealerId: text,
    rank: orNull(number),
    value: number,
    composite: number,
    compositeStandardError: orNull(number),
    displayScore: number,
    insufficient: fc.boolean(),
    tier: orNull(number),
    appetite: fc.record(
      { state: fc.constantFrom('comingIn', 'steady'), z: orNull(number) },
      { noNullPrototype: true },
    ),
    metrics: fc.array(metric, { maxLength: 20 }),
  },
  { noNullPrototype: true },
);

const sums = fc.record(
  { dealerId: text, sums: fc.array(number, { maxLength: 300 }) },
  { noNullPrototype: true },
);

test('rows are the bytes that the codec makes of them, one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(scored, sums), { maxLength: 30 }), (rows) => {
      expect(encodeRows(rows as unknown as TopicRow[])).toEqual(rows.map((row) => encode(row)));
    }),
  );
});

test('a batch of rows that outgrows the buffer is whole, and so is the next', () => {
  const row = { dealerId: 'D1', sums: Array.from({ length: 20_000 }, (_, i) => i + 0.5) };
  for (const rows of [[row, row], [row]]) {
    expect(encodeRows(rows).map((bytes) => Buffer.compare(bytes, encode(row)))).toEqual(
      rows.map(() => 0),
    );
  }
});
