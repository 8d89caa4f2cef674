import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { VersionClock } from './version-clock.ts';

test('what is scheduled in one turn is published once, at its end', async () => {
  let published = 0;
  const publish = () => ++published > 0;
  const clock = new VersionClock({ publish, isCatchingUp: () => false });
  clock.schedule();
  clock.schedule();
  expect(published).toBe(0);
  await turn();
  expect(published).toBe(1);
  clock.schedule();
  await turn();
  expect(published).toBe(2);
});

test('after a quiet moment it does not wait for the end of the turn, and then it does', async () => {
  let published = 0;
  const publish = () => ++published > 0;
  const clock = new VersionClock({ publish, isCatchingUp: () => false });
  await delay(5);
  clock.schedule();
  clock.schedule();
  expect(published).toBe(0);
  await null;
  expect(published).toBe(1);
  clock.schedule();
  await null;
  expect(published).toBe(1);
  await turn();
  expect(published).toBe(2);
});

test('while catching up versions keep their distance', async () => {
  const moments: number[] = [];
  const publish = () => moments.push(performance.now()) > 0;
  const clock = new VersionClock({ publish, isCatchingUp: () => true });
  while (moments.length < 3) {
    clock.schedule();
    await delay(1);
  }
  const [first, second, third] = moments as [number, number, number];
  expect(Math.min(second - first, third - second)).toBeGreaterThan(45);
});

test('what a reader puts off is tried again without being asked', async () => {
  const answers = [false, false, true];
  let published = 0;
  const publish = () => answers[published++]!;
  const clock = new VersionClock({ publish, isCatchingUp: () => false });
  clock.schedule();
  while (published < 3) await delay(1);
  await delay(20);
  expect(published).toBe(3);
});
