import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffDelayMs } from './backoff.ts';

const LIMITS = { reconnectMinMs: 250, reconnectMaxMs: 10_000 };

it('doubles from the minimum to the maximum', () => {
  const delays = [0, 1, 2, 5, 6, 1000].map((attempt) => backoffDelayMs(attempt, LIMITS, 1));
  expect(delays).toEqual([250, 500, 1000, 8000, 10_000, 10_000]);
});

it('takes a random half to whole of it', () => {
  const random = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat(100), random, (attempt, r) => {
      const whole = backoffDelayMs(attempt, LIMITS, 1);
      const delay = backoffDelayMs(attempt, LIMITS, r);
      expect(delay).toBeGreaterThanOrEqual(whole / 2);
      expect(delay).toBeLessThanOrEqual(whole);
    }),
  );
});
