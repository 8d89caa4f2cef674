import { expect, it } from 'vitest';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { comparedLines } from './difference.ts';

const dealer = (
  dealerId: string,
  composite: number,
  metrics: Record<string, [estimate: number, standardError: number | null]> = {},
) =>
  ({
    dealerId,
    composite,
    compositeStandardError: 0.03,
    metrics: Object.entries(metrics).map(([metric, [estimate, standardError]]) => ({
      metric,
      estimate,
      standardError,
    })),
  }) as unknown as ScoredDealer;

const lineOf = (id: string, a: ScoredDealer, b: ScoredDealer) =>
  comparedLines(a, b).find((line) => line.id === id)!;

it('is clear beyond two standard errors of the difference', () => {
  const a = dealer('A', 0.9);
  expect(lineOf('composite', a, dealer('B', 0.8))).toMatchObject({
    isClear: true,
    says: 'A is better (2.4 standard errors)',
    texts: ['0.900', '0.800'],
    errors: ['±0.030', '±0.030'],
  });
  expect(lineOf('composite', a, dealer('B', 0.85))).toMatchObject({
    isClear: false,
    says: 'Too close to tell (1.2 standard errors)',
  });
});

it('knows what is better', () => {
  const fast = dealer('A', 0.9, { responseSeconds: [5, 0.1], 'tca.x': [3, 0.1] });
  const slow = dealer('B', 0.9, { responseSeconds: [9, 0.1], 'tca.x': [1, 0.1] });
  const says = (id: string) => lineOf(id, slow, fast).says;
  expect(says('responseSeconds')).toBe('A is better (over 10 standard errors)');
  expect(says('tca.x')).toBe('A is higher (over 10 standard errors)');
  expect(says('composite')).toBe('No difference');
});

it('says what is not known', () => {
  const a = dealer('A', 0.9, { fillRate: [0.5, null], coverBps: [1, 0.1] });
  const b = dealer('B', 0.9, { fillRate: [0.6, 0.1] });
  expect(lineOf('fillRate', a, b).says).toBe('How sure the estimates are is not known');
  expect(lineOf('coverBps', a, b)).toMatchObject({
    says: 'Not known of both',
    texts: ['1.00', '–'],
    isClear: false,
  });
});
