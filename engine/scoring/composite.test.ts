import { expect, test } from 'vitest';
import { contribution, displayScore, normalise, resolveWeights } from './composite.ts';
import type { MetricName } from './metrics.ts';
import { DEFAULT_MODEL, metricOf } from './model.ts';
import { resolveModel } from './model-settings.ts';
import { reversionBps } from './signs.ts';

type Estimates = Partial<Record<MetricName, number>>;

/** The seed's dealers: fill rate, price improvement, reversion at 30 minutes, response. */
const A: Estimates = {
  fillRate: 0.88,
  priceImprovementBps: 3.2,
  reversion30mBps: -0.5,
  responseSeconds: 12,
};
const C: Estimates = {
  fillRate: 0.95,
  priceImprovementBps: 2.8,
  reversion30mBps: -0.2,
  responseSeconds: 18,
};

const composite = (dealer: Estimates, named: Record<string, number> = {}): number =>
  resolveWeights(named).reduce((sum, { metric, weight }) => {
    const definition = metricOf(DEFAULT_MODEL, metric)!;
    return sum + contribution(weight, definition.scale, dealer[metric] ?? 0);
  }, 0);

test('golden 4: a sale whose benchmark fell less than the bond', () => {
  const bps = reversionBps(-1, 100, 99.9, { before: 100, after: 99.95, beta: 1.2 });
  expect(bps).toBeCloseTo(4, 12);
});

test('golden 6: the composite with base weights and with a rule', () => {
  expect(composite(A)).toBeCloseTo(1.062, 12);
  expect(composite(C)).toBeCloseTo(1.063, 12);
  const rule = { leakage: 0.5, fillRate: 0.3 };
  expect(resolveWeights(rule).map((w) => w.weight)).toEqual([
    0.3,
    expect.closeTo(0.16, 12),
    0.5,
    expect.closeTo(0.04, 12),
  ]);
  expect(composite(A, rule)).toBeCloseTo(0.9822, 12);
  expect(composite(C, rule)).toBeCloseTo(1.0078, 12);
});

test('an explicit 0 is named, and the rest goes to the others in base proportions', () => {
  const weights = resolveWeights({ leakage: 0 });
  expect(weights.map((w) => w.weight)).toEqual(
    [0.375, 0.5, 0, 0.125].map((w) => expect.closeTo(w, 12)),
  );
});

test.each([
  [{ fillRate: -0.1 }, /must be 0 or more/],
  [{ fillRate: Number.NaN }, /must be 0 or more/],
  [{ fillRate: 0.7, leakage: 0.4 }, /more than 1/],
  [
    { fillRate: 0.2, leakage: 0.2, priceImprovement: 0.2, responseSpeed: 0.2 },
    /no unnamed base metric/,
  ],
  [{ charm: 0.2 }, /no metric is called "charm"/],
])('weights %o are refused', (named, message) => {
  expect(() => resolveWeights(named as Record<string, number>)).toThrow(message);
});

test('the display score runs from 0 to 10 and stays there', () => {
  expect([0.2, 0.5, 0.8, 1.1, 2].map(displayScore)).toEqual([0, 0, expect.closeTo(5, 12), 10, 10]);
});

test('a part without weight is +0, since no message carries -0', () => {
  const tca = resolveModel({ tcaMetrics: [{ name: 'x', higherIsBetter: false }] });
  const { scale } = metricOf(tca, 'tca.x')!;
  expect(Object.is(contribution(0, scale, 0.3), 0)).toBe(true);
  expect(Object.is(normalise(scale, 0), 0)).toBe(true);
  expect(contribution(0.5, scale, 0.3)).toBe(-0.15);
});
