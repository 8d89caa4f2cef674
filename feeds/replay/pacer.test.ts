import { expect, test } from 'vitest';
import { Pacer } from './pacer.ts';

test('event time passes at its speed from the first event on', async () => {
  let nowMs = 5000;
  const pacer = new Pacer(60, () => nowMs, new AbortController().signal);
  expect(pacer.isEarly(1_000_000)).toBe(false);
  expect(pacer.isEarly(61_000_000)).toBe(true);
  nowMs += 999;
  expect(pacer.isEarly(61_000_000)).toBe(true);
  const reached: number[] = [];
  await pacer.waitFor(61_000_000, async (ts) => {
    reached.push(ts);
    nowMs += 1;
  });
  expect(reached).toEqual([1_000_000 + 999 * 60_000]);
  expect(pacer.isEarly(61_000_000)).toBe(false);
  expect(pacer.isEarly(500_000)).toBe(false);
});

test('an abort ends the wait', async () => {
  const controller = new AbortController();
  const pacer = new Pacer(1, () => 0, controller.signal);
  pacer.isEarly(0);
  controller.abort();
  await pacer.waitFor(1e15, async () => {});
});
