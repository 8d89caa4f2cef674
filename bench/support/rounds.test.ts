import { expect, test } from 'vitest';
import { interleave, median } from './rounds.ts';

test('contenders take turns, and every other round goes backwards', async () => {
  const calls: string[] = [];
  const contenders = ['a', 'b'].map((name) => ({
    name,
    measure: async (round: number) => {
      calls.push(`${name}${round}`);
      return round;
    },
  }));
  const results = await interleave(3, contenders, () => {});
  expect(calls).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
  expect(results).toEqual([
    [0, 1, 2],
    [0, 1, 2],
  ]);
});

test('the median is the middle, or the mean of the middle two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
