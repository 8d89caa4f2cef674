import { expect, test } from 'vitest';
import { METRICS } from './metrics.ts';

test.each([
  [0.04, '0.0'],
  [-0.04, '0.0'],
  [-0, '0.0'],
  [0.06, '+0.1'],
  [-0.06, '-0.1'],
  [-10.04, '-10.0'],
])('%d bps are said as %s', (bps, text) => {
  expect(METRICS.priceImprovementBps.describe(bps)).toBe(`prices ${text} bps against mid`);
  const unsigned = text.replace('+', '');
  expect(METRICS.coverBps.describe(bps)).toBe(`quotes ${unsigned} bps off the best`);
});
