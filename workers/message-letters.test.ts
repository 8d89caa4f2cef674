import { describe, expect, test } from 'vitest';
import { decode, encode } from '../schemas/codec.ts';
import { takeWithLetters } from './message-letters.ts';

const CLOCK = { kind: 'clock', id: 'c', tsEvent: 1e15 };

function take(data: Uint8Array) {
  const letters: { reason: string; detail: string; index: number; bytes: Uint8Array }[] = [];
  const message = { data, subject: 'x.clock', info: { timestampNanos: 1e18 } };
  const taken = takeWithLetters(message, 'all', 1, ({ reason, detail }, index, bytes) => {
    letters.push({ reason, detail, index, bytes });
  });
  return { ...taken, letters };
}

describe('a message of which some is refused', () => {
  test('has a letter for each, with its place and its bytes', () => {
    const bad = { kind: 'clock', id: '' };
    const { events, refused, letters } = take(encode([CLOCK, bad, CLOCK, 7]));
    expect(events).toEqual([CLOCK, CLOCK]);
    expect(refused).toBe(2);
    expect(letters.map(({ index, bytes }) => [index, decode(bytes)])).toEqual([
      [1, bad],
      [3, 7],
    ]);
  });

  test('has the event of a row as a map, so that it can be requeued', () => {
    const rows = [['c', 1e15], ['', 1e15], ['d']];
    const table = { kind: 'clock', fields: ['id', 'tsEvent'], rows };
    const { events, refused, letters } = take(encode(table));
    expect(events).toEqual([{ kind: 'clock', id: 'c', tsEvent: 1e15 }]);
    expect(refused).toBe(2);
    expect(letters.map(({ index, bytes }) => [index, decode(bytes)])).toEqual([
      [1, { kind: 'clock', id: '', tsEvent: 1e15 }],
      [2, { ...table, rows: [['d']] }],
    ]);
    expect(letters[1]!.detail).toBe('rows: a row of 1 values in a table of 2 fields');
  });

  test('has its own bytes in the letter when it cannot be decoded', () => {
    const { refused, letters } = take(Uint8Array.of(0xc1));
    expect(refused).toBe(1);
    expect(letters).toMatchObject([{ reason: 'undecodable', bytes: Uint8Array.of(0xc1) }]);
  });

  test('has no more than 65 letters, the last of which holds all of it', () => {
    const data = encode([CLOCK, ...Array(30_000).fill(null), CLOCK]);
    const { events, refused, letters } = take(data);
    expect(events).toEqual([CLOCK, CLOCK]);
    expect(refused).toBe(30_000);
    expect(letters).toHaveLength(65);
    expect(letters[64]).toMatchObject({ reason: 'invalid', index: 65, bytes: data });
    expect(letters[64]!.detail).toContain('29936 more');
  });
});
