import { expect, test } from 'vitest';
import { Latencies } from './latencies.ts';

function latenciesOf(count: number): Latencies {
  const latencies = new Latencies();
  for (let i = 1; i <= count; i++) latencies.record(i * 1000);
  return latencies;
}

const near = (value: number | null, expected: number): void => {
  expect(value).not.toBeNull();
  expect(Math.abs(value! - expected) / expected).toBeLessThan(0.001);
};

test('a quantile is within three digits, and null when there are too few to say', () => {
  const thousand = latenciesOf(1000);
  near(thousand.quantile(0.5), 500_000);
  near(thousand.quantile(0.99), 990_000);
  near(thousand.quantile(0.999), 999_000);
  expect(latenciesOf(999).quantile(0.999)).toBeNull();
  expect(latenciesOf(99).quantile(0.99)).toBeNull();
  expect(new Latencies().quantile(0.5)).toBeNull();
});

test('survives being encoded, and being merged', () => {
  const merged = Latencies.merge([
    Latencies.decode(latenciesOf(100).encode()),
    Latencies.decode(latenciesOf(1000).encode()),
  ]);
  expect(merged.count).toBe(1100);
  near(merged.max, 1_000_000);
});

test('takes a minute for the longest that it tells apart', () => {
  const latencies = new Latencies();
  latencies.record(1e15);
  latencies.record(0);
  near(latencies.max, 60e9);
  expect(latencies.count).toBe(2);
});
