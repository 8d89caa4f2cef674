import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TierBook, tierOf } from './tiers.ts';

const THRESHOLDS = [
  { enter: 0.8, leave: 0.76 },
  { enter: 0.7, leave: 0.66 },
];

test('a dealer enters at one threshold and leaves at a lower one', () => {
  expect(tierOf(0.8, null, THRESHOLDS)).toBe(1);
  expect(tierOf(0.79, null, THRESHOLDS)).toBe(2);
  expect(tierOf(0.77, 1, THRESHOLDS)).toBe(1);
  expect(tierOf(0.75, 1, THRESHOLDS)).toBe(2);
  expect(tierOf(0.67, 1, THRESHOLDS)).toBe(2);
  expect(tierOf(0.65, 1, THRESHOLDS)).toBe(3);
  expect(tierOf(0.79, 2, THRESHOLDS)).toBe(2);
  expect(tierOf(0.69, 3, THRESHOLDS)).toBe(3);
});

test('who has too little evidence leaves its tier and enters anew', () => {
  const book = new TierBook(THRESHOLDS);
  const judge = (composite: number | null) => book.judge('CORP', [{ dealerId: 'A', composite }]);
  expect(judge(0.85)).toEqual([{ dealerId: 'A', from: null, to: 1, composite: 0.85 }]);
  expect(judge(0.77)).toEqual([]);
  expect(judge(null)).toEqual([{ dealerId: 'A', from: 1, to: null, composite: null }]);
  expect(judge(null)).toEqual([]);
  expect(judge(0.77)).toEqual([{ dealerId: 'A', from: null, to: 2, composite: 0.77 }]);
  expect(book.judge('MUNI', [{ dealerId: 'A', composite: 0.1 }])).toHaveLength(1);
});

test('nobody flaps: a composite within the band of a threshold moves a dealer once at most', () => {
  const band = fc.double({ min: 0.761, max: 0.839, noNaN: true });
  fc.assert(
    fc.property(fc.array(band, { minLength: 1, maxLength: 50 }), (composites) => {
      const book = new TierBook(THRESHOLDS);
      const changes = composites.flatMap((composite) =>
        book.judge('CORP', [{ dealerId: 'A', composite }]),
      );
      expect(changes.length).toBeLessThanOrEqual(2);
    }),
  );
});

test('a better composite never gives a worse tier', () => {
  const composite = fc.double({ min: 0, max: 1.2, noNaN: true });
  const before = fc.option(fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(composite, composite, before, (a, b, tier) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(tierOf(high, tier, THRESHOLDS)).toBeLessThanOrEqual(tierOf(low, tier, THRESHOLDS));
    }),
  );
});
