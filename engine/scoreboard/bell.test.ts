import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Bell } from './bell.ts';

test('who has heard a bell waits for the next ring, and who has not does not wait', () => {
  const bell = new Bell();
  const heard = bell.count;
  bell.ring();
  const beganMs = performance.now();
  bell.wait(heard, 60_000);
  expect(performance.now() - beganMs).toBeLessThan(30_000);
  expect(bell.count).toBe(heard + 1);
  bell.wait(bell.count, 1);
});

test('a ring in another thread ends the wait', () => {
  const bell = new Bell();
  const ring = `
    const { workerData: words } = require('node:worker_threads');
    setTimeout(() => { Atomics.add(words, 0, 1); Atomics.notify(words, 0); }, 20);`;
  new Worker(ring, { eval: true, workerData: new Int32Array(bell.buffer) });
  bell.wait(bell.count, 60_000);
  expect(bell.count).toBe(1);
});
