import { describe, expect, it } from 'vitest';
import { sparklinePath } from './sparkline-path.ts';

const SIZE = { width: 106, height: 26 };
const at = (atMs: number, value: number, isStart = false) => ({ atMs, value, isStart });

describe('a sparkline', () => {
  it('is nothing without samples', () => {
    expect(sparklinePath([], SIZE)).toEqual([]);
  });

  it('ends at the right edge and draws a larger value higher', () => {
    const [stroke] = sparklinePath([at(0, 0.5), at(1000, 0.6)], SIZE);
    const [first, last] = stroke!;
    expect(last![0]).toBe(103);
    expect(last![1]).toBeCloseTo(3, 9);
    expect(first![1]).toBeCloseTo(23, 9);
  });

  it('leaves what hardly moves flat', () => {
    const [stroke] = sparklinePath([at(0, 0.5), at(1000, 0.501)], SIZE);
    expect(Math.abs(stroke![0]![1] - stroke![1]![1])).toBeLessThan(3);
  });

  it('does not bridge a time without data', () => {
    const strokes = sparklinePath([at(0, 1), at(1, 1), at(30_000, 2, true), at(31_000, 2)], SIZE);
    expect(strokes.map((points) => points.length)).toEqual([2, 2]);
  });
});
