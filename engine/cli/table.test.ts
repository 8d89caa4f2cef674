import { expect, test } from 'vitest';
import { formatNumber } from './table.ts';

test.each([
  [null, 2, '-'],
  [-0.004, 2, '0.00'],
  [-0.4, 0, '0'],
  [-0.006, 2, '-0.01'],
  [-10, 1, '-10.0'],
] as const)('%d to %d digits is %s', (value, digits, text) => {
  expect(formatNumber(value, digits)).toBe(text);
});
