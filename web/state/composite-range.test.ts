import { describe, expect, it } from 'vitest';
import { compositeRange, EMPTY_RANGE } from './composite-range.ts';

const row = (composite: number, compositeStandardError: number | null, insufficient = false) => ({
  composite,
  compositeStandardError,
  insufficient,
});

describe('the scale of the whiskers', () => {
  it('holds every ranked dealer with its error, and snaps outwards', () => {
    const [low, high] = compositeRange([row(0.62, 0.01), row(0.71, 0.03), row(0.8, null)]);
    expect(low).toBeCloseTo(0.6, 12);
    expect(high).toBeCloseTo(0.8, 12);
  });

  it('is not stretched by dealers with too little evidence', () => {
    expect(compositeRange([row(0.1, 0.5, true)])).toBe(EMPTY_RANGE);
  });

  it('is never of no width', () => {
    const [low, high] = compositeRange([row(0.75, 0)]);
    expect(high).toBeGreaterThan(low);
  });
});
