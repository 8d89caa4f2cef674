import { expect, test } from 'vitest';
import {
  CELL_STRIDE,
  COUNT,
  cellEffectiveSample,
  cellMass,
  cellMean,
  mergeCell,
  RESIDUE_STRIDE,
  SUM_V,
  sumsAt,
} from './cell.ts';
import { decayTime } from './decay.ts';
import { MEMORIES } from './metrics.ts';
import { MICROS_PER_DAY } from './model.ts';
import { observe } from './testing/observe.ts';

/** Days; the goldens are those of the second memory. */
const HALF_LIVES = [5, 10, 90].map((days) => days * MICROS_PER_DAY);
const BASE = 1;
const day = (n: number): number => n * MICROS_PER_DAY;
const timesOf = (t: number) => HALF_LIVES.map((halfLife) => decayTime(t, halfLife));

function add(cell: Float64Array, days: number, x: number, sign: 1 | -1 = 1): void {
  const residues = new Float32Array(cell.buffer, 8 * CELL_STRIDE);
  observe(cell, 0, day(days), timesOf(day(days)), x, 1, sign, residues, 0);
}

/** Of one cell, its residues behind it in the same memory. */
function emptyCell(): Float64Array {
  return new Float64Array(new ArrayBuffer(8 * (CELL_STRIDE + RESIDUE_STRIDE)), 0, CELL_STRIDE);
}

function cellOf(observations: readonly (readonly [days: number, x: number])[]): Float64Array {
  const cell = emptyCell();
  for (const [days, x] of observations) add(cell, days, x);
  return cell;
}

function expectWithin(relative: number, actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

const expectClose = (actual: number, expected: number) => expectWithin(1e-12, actual, expected);

test('golden 1: decayed mean and effective sample', () => {
  const cell = cellOf([
    [0, 1],
    [10, 0],
    [20, 1],
  ]);
  expectClose(cellMean(cell, 0, BASE), 0.7142857142857143);
  expectClose(cellEffectiveSample(cell, 0, BASE), 2.3333333333333335);
});

test('golden 2: two partitions merge at the larger landmark', () => {
  const merged = new Float64Array(CELL_STRIDE);
  mergeCell(merged, 0, cellOf([[0, 1]]), 0, HALF_LIVES);
  mergeCell(merged, 0, cellOf([[25, 0]]), 0, HALF_LIVES);
  expectClose(merged[sumsAt(0, BASE) + SUM_V]!, 1.6642135623730951);
  expectClose(cellMean(merged, 0, BASE), 0.15022110482233483);
  expectClose(cellEffectiveSample(merged, 0, BASE), 1.3428396514843868);
});

test('merging in the other order gives the same, but for the last bits', () => {
  const [early, late] = [cellOf([[0, 1]]), cellOf([[25, 0]])];
  const merged = new Float64Array(CELL_STRIDE);
  mergeCell(merged, 0, late, 0, HALF_LIVES);
  mergeCell(merged, 0, early, 0, HALF_LIVES);
  for (const memory of MEMORIES.keys()) {
    const other = cellOf([
      [0, 1],
      [25, 0],
    ]);
    expectClose(cellMean(merged, 0, memory), cellMean(other, 0, memory));
  }
});

test('every memory decays by its own half-life', () => {
  const cell = cellOf([
    [0, 3],
    [5, 1],
  ]);
  for (const [memory, halfLife] of HALF_LIVES.entries()) {
    const mass = (t: number) => cellMass(cell, 0, memory, decayTime(t, halfLife));
    expectClose(mass(day(20) + halfLife), mass(day(20)) / 2);
    const old = 2 ** (-day(5) / halfLife);
    expectClose(cellMean(cell, 0, memory), (3 * old + 1) / (old + 1));
  }
});

test('a late observation weighs as if it had come in time', () => {
  const late = cellOf([
    [400, 1],
    [0, 5],
    [37, 2],
  ]);
  const inTime = cellOf([
    [0, 5],
    [37, 2],
    [400, 1],
  ]);
  for (const memory of MEMORIES.keys()) {
    expectClose(cellMean(late, 0, memory), cellMean(inTime, 0, memory));
    expectClose(late[sumsAt(0, memory) + SUM_V]!, inTime[sumsAt(0, memory) + SUM_V]!);
  }
});

test('a withdrawn observation leaves nothing of itself in an emptied cell', () => {
  const cell = cellOf([[3, 0.1]]);
  add(cell, 3, 0.1, -1);
  expect(cell.every((x) => Object.is(x, 0))).toBe(true);
});

test('ten thousand half-lives of silence leave the old sums at +0 and the new one right', () => {
  const cell = cellOf([
    [0, 1],
    [1_000_000, 0.25],
  ]);
  for (const memory of MEMORIES.keys()) expectClose(cellMean(cell, 0, memory), 0.25);
  expect(cell[COUNT]).toBe(2);
  expect(cell.every(Number.isFinite)).toBe(true);
});

test('an old observation is what it was once a new one is withdrawn, in memories that have forgotten it', () => {
  const alone = cellOf([[0, 0.7]]);
  const cell = cellOf([[0, 0.7]]);
  // 14 and 20 half-lives of the fast memory, so that the weights' squares are 2^-28 and 2^-40.
  for (const days of [70, 100]) {
    for (const x of [3, 1 / 3, 100]) {
      add(cell, days, x);
      add(cell, days, x, -1);
    }
    for (const memory of [0, BASE]) {
      const asOf = decayTime(day(100), HALF_LIVES[memory]!);
      expectWithin(1e-10, cellMean(cell, 0, memory), 0.7);
      expectWithin(1e-10, cellEffectiveSample(cell, 0, memory), 1);
      expectWithin(1e-10, cellMass(cell, 0, memory, asOf), cellMass(alone, 0, memory, asOf));
    }
  }
});
