import { expect, test } from 'vitest';
import { Random } from './random.ts';

const sample = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the same keys give the same stream, any other key another', () => {
  const draws = (...keys: number[]) => {
    const random = new Random(1, ...keys);
    return sample(8, () => random.next());
  };
  expect(draws(2, 3)).toEqual(draws(2, 3));
  expect(draws(2, 3)).not.toEqual(draws(3, 2));
  expect(draws(2, 3)).not.toEqual(draws(2));
});

test('first draws of neighbouring streams are uniform', () => {
  const firsts = sample(20_000, () => 0).map((_, key) => new Random(7, key).next());
  expect(mean(firsts)).toBeCloseTo(0.5, 1);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const first of firsts) tenths[Math.floor(first * 10)]!++;
  for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
});

test('distributions have the moments they are named for', () => {
  const random = new Random(11);
  const normals = sample(50_000, () => random.normal(3, 2));
  expect(mean(normals)).toBeCloseTo(3, 1);
  expect(Math.sqrt(mean(normals.map((x) => (x - 3) ** 2)))).toBeCloseTo(2, 1);
  expect(mean(sample(50_000, () => random.exponential(4)))).toBeCloseTo(4, 0);
  expect(mean(sample(20_000, () => random.poisson(2.5)))).toBeCloseTo(2.5, 1);
  const medians = sample(20_001, () => random.logNormal(5, 0.7)).sort((a, b) => a - b);
  expect(medians[10_000]).toBeCloseTo(5, 0);
  const rolls = sample(6000, () => random.integer(1, 6));
  expect(new Set(rolls)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
});
