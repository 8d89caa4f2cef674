import fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianOf } from './metrics/median.ts';
import { measuredMove, reversionBps } from './signs.ts';

const market = (ts: number, mid: number | null, tsTick = ts, benchmark: number | null = null) => ({
  ts,
  mid,
  tsTick,
  benchmark,
});

test('golden 4: a sale whose benchmark fell less than the bond', () => {
  const benchmark = { before: 100, after: 99.95, beta: 1.2 };
  expect(reversionBps(-1, 100, 99.9, benchmark)).toBeCloseTo(4, 9);
  const move = measuredMove(-1, 1.2, market(0, 100, 0, 100), market(9, 99.9, 9, 99.95));
  expect(move).toEqual({ value: expect.closeTo(4, 9) });
});

test.each([
  ['noSide', measuredMove(null, 0, market(0, 1), market(9, 1))],
  ['pending', measuredMove(1, 0, market(0, 1), null)],
  ['pending', measuredMove(1, 0, market(0, null), null)],
  ['stale', measuredMove(1, 0, market(0, null), market(9, 1))],
  ['stale', measuredMove(1, 0, market(0, 1), market(9, null, 5))],
  ['noNewTick', measuredMove(1, 0, market(5, 1), market(9, null, 5))],
  ['stale', measuredMove(1, 1, market(0, 1), market(9, 1))],
  ['absurd', measuredMove(1, 0, market(0, 1), market(9, 2.1))],
])('a move may be missing: %s', (missing, move) => {
  expect(move).toEqual({ missing });
});

test('the median without a sort is the median by one', () => {
  const values = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      const middle = (sorted.length - 1) / 2;
      const expected = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
      expect(medianOf(Float64Array.from(values))).toBe(expected);
    }),
  );
});
