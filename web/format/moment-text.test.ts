import { expect, it } from 'vitest';
import { momentText } from './moment-text.ts';

it('says a moment to the millisecond, with its zone', () => {
  const micros = Date.UTC(2026, 10, 28, 9, 3, 11, 7) * 1000 + 999;
  expect(momentText(micros)).toBe('28 Nov 2026 09:03:11.007 UTC');
});
