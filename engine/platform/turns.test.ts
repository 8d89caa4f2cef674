import { expect, test } from 'vitest';
import { finish, type Steps } from '../../schemas/steps.ts';
import { runInTurns } from './turns.ts';

function* count(to: number, msEach: number, seen: number[]): Steps<number> {
  for (let i = 0; i < to; i++) {
    const began = performance.now();
    while (performance.now() - began < msEach);
    seen.push(i);
    yield;
  }
  return to;
}

test('work lets others go first, and comes to the same', async () => {
  const seen: number[] = [];
  let seenByOther: number | null = null;
  const running = runInTurns(count(20, 3, seen));
  setImmediate(() => {
    seenByOther = seen.length;
  });
  expect(await running).toBe(20);
  expect(seenByOther).toBeLessThan(10);
  expect(finish(count(20, 0, []))).toBe(20);
});

test('what a step throws comes out', async () => {
  const failing = (function* (): Steps<never> {
    yield;
    throw new RangeError('no');
  })();
  await expect(runInTurns(failing)).rejects.toThrow(RangeError);
});
