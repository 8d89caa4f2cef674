import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { decayTime, exp2Fraction, halved, MAX_HALF_LIVES } from './decay.ts';

test('2^y keeps its bits: another engine must compute the same', () => {
  const values = Float64Array.from({ length: 100_000 }, (_, i) => exp2Fraction(i / 100_000));
  const digest = createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
  expect(digest).toBe('99bdbbe89d5668dcf6d36cd15c5af4afb2f31e322cfb963cdf8493b24aede6bf');
});

test('2^y is within two units in the last place of the mathematical value', () => {
  for (let i = 0; i < 10_000; i++) {
    const y = i / 10_000;
    expect(Math.abs(exp2Fraction(y) / 2 ** y - 1)).toBeLessThan(5e-16);
  }
});

test('halved is exact, and nothing past 500 half-lives', () => {
  expect(halved(0)).toBe(1);
  expect(halved(3)).toBe(0.125);
  expect(halved(-3)).toBe(8);
  expect(halved(MAX_HALF_LIVES)).toBe(2 ** -500);
  expect(Object.is(halved(MAX_HALF_LIVES + 1), 0)).toBe(true);
});

test('a time splits into whole half-lives and a scale in [1, 2)', () => {
  expect(decayTime(25, 10)).toEqual({ halfLife: 10, whole: 2, scale: Math.SQRT2 });
  expect(decayTime(30, 10)).toEqual({ halfLife: 10, whole: 3, scale: 1 });
});
