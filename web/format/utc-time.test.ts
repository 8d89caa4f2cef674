import { expect, it } from 'vitest';
import { utcMicros, utcSeconds } from './utc-time.ts';

it('times of the log are in UTC, to the second or to the microsecond', () => {
  const micros = Date.UTC(2026, 10, 28, 9, 1, 2) * 1000 + 45;
  expect(utcSeconds(micros)).toBe('2026-11-28 09:01:02');
  expect(utcSeconds(micros + 999_900)).toBe('2026-11-28 09:01:02');
  expect(utcMicros(micros)).toBe('2026-11-28 09:01:02.000045 UTC');
});
