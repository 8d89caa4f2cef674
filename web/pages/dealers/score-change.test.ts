import { expect, test } from 'vitest';
import { changeSentence, type ScoreSample, scoreChange } from './score-change.ts';

function sampleOf(composite: number, parts: Readonly<Record<string, number>>): ScoreSample {
  return {
    as_of_us: 1,
    model_hash: 'm',
    rank: 1,
    composite,
    composite_standard_error: null,
    metrics: Object.keys(parts),
    contributions: Object.values(parts),
  };
}

test('the part that moved most stands first, and what adds nothing is left out', () => {
  const change = scoreChange([
    sampleOf(0.75, { fillRate: 0.25, priceImprovementBps: 0.5, coverBps: 0 }),
    sampleOf(0.875, { fillRate: 0.125, priceImprovementBps: 0.625, sizeRatio: 0.125 }),
  ])!;
  expect(change.change).toBe(0.125);
  expect(change.parts.map(({ metric, change }) => [metric, change])).toEqual([
    ['fillRate', -0.125],
    ['priceImprovementBps', 0.125],
    ['sizeRatio', 0.125],
  ]);
  expect(changeSentence(change)).toBe(
    '0.750 to 0.875 (+0.125): fill −0.125, improvement +0.125, size +0.125.',
  );
});

test('one sample is no change, and two alike have nothing to tell', () => {
  const sample = sampleOf(0.75, { fillRate: 0.25 });
  expect(scoreChange([sample])).toBeNull();
  expect(changeSentence(scoreChange([sample, sample])!)).toBe(
    '0.750 to 0.750 (0.000): no part moved by 0.001.',
  );
});
