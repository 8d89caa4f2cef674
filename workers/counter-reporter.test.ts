import { expect, test } from 'vitest';
import { CounterReporter } from './counter-reporter.ts';

test('reports what a partition has counted when it has changed', () => {
  const reporter = new CounterReporter();
  const late = (count: number) => [['late', count]] as const;
  expect(reporter.next(0, late(1))).toEqual({ type: 'counters', partition: 0, counters: late(1) });
  expect(reporter.next(0, late(1))).toBeNull();
  expect(reporter.next(1, late(1))).not.toBeNull();
  expect(reporter.next(0, late(2))).toMatchObject({ counters: late(2) });
});
