import { expect, test } from 'vitest';
import { ClockCadence } from './clock-cadence.ts';

test('a clock is due once a second of event time and never goes back', () => {
  const cadence = new ClockCadence();
  const asked = [0, 999_999, 1_000_000, 1_500_000, 500_000, 9_000_000, 9_999_999, 10_000_000];
  expect(asked.filter((ts) => cadence.isDue(ts))).toEqual([0, 1_000_000, 9_000_000, 10_000_000]);
});
