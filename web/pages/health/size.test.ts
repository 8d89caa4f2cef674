import { expect, it } from 'vitest';
import { shortTime, size } from './size.ts';

it('bytes have the unit that people read', () => {
  expect([0, 999, 1_500, 123_400, 2_345_678_901].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.5 KB',
    '123 KB',
    '2.3 GB',
  ]);
});

it('times inside the engine have theirs', () => {
  expect([null, 3.14, 38.4, 1_234, 2e6].map(shortTime)).toEqual([
    'none yet',
    '3.1 µs',
    '38 µs',
    '1.2 ms',
    '2.0 s',
  ]);
});
