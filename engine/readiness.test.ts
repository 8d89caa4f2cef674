import { expect, test } from 'vitest';
import { Readiness } from './readiness.ts';

test('a partition is whole at the tick after the one that began when it had caught up', () => {
  const readiness = new Readiness(2);
  const merged = [0, 0];
  const settle = () => readiness.settle((partition) => merged[partition]!);
  expect([settle(), readiness.degraded]).toEqual([false, [0, 1]]);
  readiness.catchUp(1, 7);
  merged[1] = 7;
  // The board had it, but this tick may have begun before the shard told of its midnights.
  expect([settle(), readiness.degraded]).toEqual([false, [0, 1]]);
  expect([settle(), readiness.degraded]).toEqual([true, [0]]);
  expect(settle()).toBe(false);
});

test('a partition whose board lags, or whose shard dies, is not whole', () => {
  const readiness = new Readiness(1);
  readiness.catchUp(0, 7);
  readiness.settle(() => 6);
  expect([readiness.settle(() => 6), readiness.degraded]).toEqual([false, [0]]);
  readiness.lose(0);
  expect([readiness.settle(() => 7), readiness.degraded]).toEqual([false, [0]]);
  readiness.catchUp(0, 9);
  readiness.settle(() => 9);
  expect(readiness.settle(() => 9)).toBe(true);
  readiness.lose(0);
  expect(readiness.degraded).toEqual([0]);
});
