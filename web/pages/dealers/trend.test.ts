import { expect, test } from 'vitest';
import { FIGURES, sharesOf, sumCounts, type TrendRow, trendLine } from './trend.ts';

const DAY_US = 86_400e6;

function rowOf(day: number, own: number | null, counts: readonly number[]): TrendRow {
  const cell = { own, median: 0.25, observations: 4, dealers: 9 };
  return {
    scope: 'ALL',
    bucket_us: day * DAY_US,
    days: 7,
    through_us: 100 * DAY_US,
    asked_count: 4,
    outcome_counts: counts,
    all_outcome_counts: [],
    response_counts: [],
    all_response_counts: [],
    figures: [cell],
  };
}

test('a week without an RFQ is a gap in the line', () => {
  const line = trendLine([rowOf(4, 0.5, []), rowOf(18, null, [])], 0);
  expect(line).toEqual({
    times: [4 * 86_400, 11 * 86_400, 18 * 86_400],
    own: [0.5, null, null],
    median: [0.25, null, 0.25],
    observations: [4, 0, 4],
    days: 7,
  });
  expect(trendLine([], 0).times).toEqual([]);
});

test('counts of buckets add up, and nothing has no shares', () => {
  const rows = [rowOf(4, 1, [1, 2, 0]), rowOf(11, 1, [3, 0, 2])];
  expect(sumCounts(rows, 'outcome_counts')).toEqual([4, 2, 2]);
  expect(sharesOf([4, 2, 2])).toEqual([0.5, 0.25, 0.25]);
  expect(sharesOf([0, 0])).toEqual([0, 0]);
});

test('figures carry their unit and their sign', () => {
  const texts = FIGURES.map(({ text }) => text(0.125));
  expect(texts).toEqual(['12.5 %', '12.5 %', '0.1 s', '+0.13 bps', '12.5 %']);
  expect(FIGURES[0]!.text(null)).toBe('–');
});
