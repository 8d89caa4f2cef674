import { expect, test } from 'vitest';
import { fixedRate, paceOpenLoop, randomArrivals, seededRandom } from './open-loop.ts';

test('sends are due at their offsets, however long a send takes', async () => {
  const offsets = fixedRate(1000, 20);
  const dues: number[] = [];
  await paceOpenLoop(offsets, (i, due) => {
    dues.push(due);
    // A stall: those behind it are sent late, and are due when they were.
    if (i === 5) for (const end = performance.now() + 8; performance.now() < end; );
  });
  const start = dues[0]!;
  expect(dues.map((due) => Math.round((due - start) / 1e6))).toEqual(
    offsets.map((offset) => offset / 1e6),
  );
});

test('random arrivals come at their rate, in order, the same for a seed', () => {
  const arrivals = randomArrivals(200, 50, seededRandom(7));
  expect(arrivals).toEqual(randomArrivals(200, 50, seededRandom(7)));
  expect(arrivals).not.toEqual(randomArrivals(200, 50, seededRandom(8)));
  expect([...arrivals].sort((a, b) => a - b)).toEqual(arrivals);
  expect(Math.abs(arrivals.length - 10_000)).toBeLessThan(500);
});
