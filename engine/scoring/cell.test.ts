import { expect, test } from 'vitest';
import {
  CELL_STRIDE,
  COUNT,
  cellEffectiveSample,
  cellMass,
  cellMean,
  mergeCell,
  observe,
  SUM_V,
} from './cell.ts';
import { decayTime } from './decay.ts';
import { MICROS_PER_DAY } from './model.ts';

const HALF_LIFE = 10 * MICROS_PER_DAY;
const dayTime = (day: number) => decayTime(day * MICROS_PER_DAY, HALF_LIFE, { whole: 0, scale: 1 });

function cellOf(observations: readonly (readonly [day: number, x: number])[]): Float64Array {
  const cell = new Float64Array(CELL_STRIDE);
  for (const [day, x] of observations) observe(cell, 0, dayTime(day), x, 1, 1);
  return cell;
}

/** Within 1e-12 relative. */
function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
}

test('golden 1: decayed mean and effective sample', () => {
  const cell = cellOf([
    [0, 1],
    [10, 0],
    [20, 1],
  ]);
  expectClose(cellMean(cell, 0), 0.7142857142857143);
  expectClose(cellEffectiveSample(cell, 0), 2.3333333333333335);
});

test('golden 2: two partitions merge at the larger landmark', () => {
  const merged = new Float64Array(CELL_STRIDE);
  mergeCell(merged, 0, cellOf([[0, 1]]), 0);
  mergeCell(merged, 0, cellOf([[25, 0]]), 0);
  expectClose(merged[SUM_V]!, 1.6642135623730951);
  expectClose(cellMean(merged, 0), 0.15022110482233483);
  expectClose(cellEffectiveSample(merged, 0), 1.3428396514843868);
});

test('mass halves every half-life and the mean stays', () => {
  const cell = cellOf([
    [0, 3],
    [5, 1],
  ]);
  const [at20, at30] = [cellMass(cell, 0, dayTime(20)), cellMass(cell, 0, dayTime(30))];
  expectClose(at30, at20 / 2);
});

test('a withdrawn observation leaves nothing of itself in an emptied cell', () => {
  const cell = cellOf([[3, 0.1]]);
  observe(cell, 0, dayTime(3), 0.1, 1, -1);
  expect(cell.every((x) => Object.is(x, 0))).toBe(true);
});

test('ten thousand half-lives of silence leave the old sums at +0 and the new one right', () => {
  const cell = cellOf([
    [0, 1],
    [100_000, 0.25],
  ]);
  expectClose(cellMean(cell, 0), 0.25);
  expect(cell[COUNT]).toBe(2);
  expect(cell.every(Number.isFinite)).toBe(true);
});
