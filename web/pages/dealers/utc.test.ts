import { expect, test } from 'vitest';
import { shortDay, utcDay, utcTime } from './utc.ts';

test('times are UTC and say so', () => {
  const micros = Date.UTC(2026, 0, 5, 23, 4, 9) * 1000;
  expect(utcTime(micros)).toBe('05 Jan 2026 23:04:09 UTC');
  expect(utcDay(micros)).toBe('05 Jan 2026');
  expect(shortDay(micros)).toBe('05 Jan');
  expect(utcTime(null)).toBe('–');
});
