import { expect, test } from 'vitest';
import { valuePath, valuePathBps } from './value-path.ts';

const MINUTE = 60_000_000;
const START = 1_700_000_000_000_000;

/** Standard deviation of the increments over a lag. */
function spread(key: number, lagMinutes: number): number {
  const squares = Array.from({ length: 4000 }, (_, n) => {
    const ts = START + n * 7.3 * MINUTE;
    return (valuePath(key, ts + lagMinutes * MINUTE) - valuePath(key, ts)) ** 2;
  });
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
}

test('increments grow with the root of their lag, as a random walk does', () => {
  expect(spread(1, 1)).toBeGreaterThan(0.6);
  expect(spread(1, 1)).toBeLessThan(1.4);
  for (const lag of [4, 16, 64]) {
    const ratio = spread(1, lag) / (spread(1, 1) * Math.sqrt(lag));
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  }
});

test('it is continuous and depends on its key', () => {
  const step = Math.abs(valuePath(1, START + 1000) - valuePath(1, START));
  expect(step).toBeLessThan(0.001);
  expect(valuePath(1, START)).not.toBe(valuePath(2, START));
});

test('it stays within a few per cent for years', () => {
  for (let day = 0; day < 1000; day++) {
    const bps = valuePathBps(3, START + day * 1440 * MINUTE, 40);
    expect(Math.abs(bps)).toBeLessThan(1500);
  }
});
