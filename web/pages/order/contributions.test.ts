import { expect, it } from 'vitest';
import type { MetricScore } from '../../../schemas/selection.ts';
import { barRange, describeParts, keysOf, partsOf, segmentsOf } from './contributions.ts';

function score(metric: string, weight: number, contribution: number): MetricScore {
  const beside = { standardError: null, normalised: 1, mass: 10, effectiveSample: 10 };
  return { metric, estimate: 0.5, weight, contribution, ...beside };
}

const axe = { quantity: 1e6, price: null, tsExpires: 9, honesty: 0.9, contribution: 0.1 };
const dealer = {
  axe: null,
  metrics: [
    score('fillRate', 0.5, 0.25),
    score('priceImprovementBps', 0.5, -0.05),
    score('coverBps', 0, 0),
  ],
};

it('has the parts that weigh, and the axe last', () => {
  expect(partsOf(dealer).map(({ key }) => key)).toEqual(['fillRate', 'priceImprovementBps']);
  const axed = { ...dealer, axe };
  expect(partsOf(axed).at(-1)).toMatchObject({ key: 'axe', says: '90 % honest' });
  const other = { axe: null, metrics: [score('quoteRate', 1, 1)] };
  expect(keysOf([axed, other])).toEqual(['fillRate', 'priceImprovementBps', 'quoteRate', 'axe']);
});

it('stacks what adds to the right of zero, and what takes away to its left', () => {
  const range = barRange([dealer]);
  expect(range).toEqual([-0.05, 0.25]);
  const [fill, improvement] = segmentsOf(partsOf(dealer), range);
  expect(fill!.from).toBeCloseTo(100 / 6);
  expect(fill!.width).toBeCloseTo(500 / 6);
  expect(improvement!.from).toBeCloseTo(0);
  expect(improvement!.width).toBeCloseTo(100 / 6);
  expect(barRange([])).toEqual([0, 1]);
});

it('says the same in words', () => {
  expect(describeParts(0.2, partsOf(dealer))).toBe(
    'Composite 0.200: Fill 0.250 (50.0 %), Improvement −0.050 (+0.50 bps)',
  );
});
