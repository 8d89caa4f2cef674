import { expect, test } from 'vitest';
import { type MarkOutRow, markOutPicture } from './mark-out.ts';

function rowOf(horizon: number, mean: number | null, error: number | null, median: number | null) {
  return {
    scope: 'ALL',
    horizon_seconds: horizon,
    mean_bps: mean,
    standard_error_bps: error,
    fill_count: 3,
    median_bps: median,
    dealer_count: 4,
  } satisfies MarkOutRow;
}

test('both curves begin at zero, and the band goes out above and back below', () => {
  const picture = markOutPicture([rowOf(60, 1, 1, -1), rowOf(1800, 2, 1, 1)]);
  // From -1 to 3 bps over 136 px, from 10 to 146.
  const y = (bps: number) => 146 - ((bps + 1) / 4) * 136;
  expect(picture.zeroY).toBe(112);
  expect(picture.own.map((point) => point.y)).toEqual([y(0), y(1), y(2)]);
  expect(picture.median.map((point) => point.y)).toEqual([y(0), y(-1), y(1)]);
  expect(picture.band.map((point) => point.y)).toEqual([y(0), y(2), y(3), y(1), y(0)]);
  expect(picture.own.at(-1)!.x).toBe(370);
  expect(picture.marks.map(({ bps }) => bps)).toEqual([-1, 0, 3]);
});

test('a horizon without a value has no point, a single one no band', () => {
  const picture = markOutPicture([rowOf(60, null, null, null), rowOf(300, 2, null, null)]);
  expect(picture.own).toHaveLength(2);
  expect(picture.band.map((point) => point.y)).toEqual([146, 10, 10]);
  expect(picture.median).toHaveLength(1);
  expect(markOutPicture([]).own).toHaveLength(1);
});
