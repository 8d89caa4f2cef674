import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from './codec.ts';
import type { TopicRow } from './protocol.ts';
import { encodeRows } from './row-writer.ts';
import { number, plain, scoredFields, text } from './testing/answer-arbitraries.ts';

const scored = plain(scoredFields);

const sums = plain({ dealerId: text, sums: fc.array(number, { maxLength: 300 }) });

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
