import { expect, it } from 'vitest';
import type { MetricScore } from '../../schemas/selection.ts';
import { errorScales, sameScales } from './error-scales.ts';

const dealer = (standardError: number | null, insufficient = false) => ({
  insufficient,
  metrics: [{ metric: 'fillRate', standardError } as MetricScore],
});

it('hold the largest error of the ranked dealers, and rest while it moves a little', () => {
  const scales = errorScales([dealer(0.02), dealer(0.05), dealer(null), dealer(0.9, true)]);
  expect(scales).toEqual({ fillRate: 0.0625 });
  expect(sameScales(scales, errorScales([dealer(0.06)]))).toBe(true);
  expect(sameScales(scales, errorScales([dealer(0.07)]))).toBe(false);
});

it('know nothing without an error', () => {
  expect(errorScales([dealer(null)])).toEqual({});
  expect(sameScales({}, { fillRate: 1 })).toBe(false);
});
