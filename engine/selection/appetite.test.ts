import { expect, test } from 'vitest';
import { CELL_STRIDE, cellMean, cellStandardError } from '../scoring/cell.ts';
import { decayTime } from '../scoring/decay.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricOf } from '../scoring/model.ts';
import { metricAsOf } from '../scoring/shrinkage.ts';
import { observe } from '../scoring/testing/observe.ts';
import { appetiteOf } from './appetite.ts';

const quoteRate = metricOf(DEFAULT_MODEL, 'quoteRate')!;
const FAST = MEMORIES.indexOf('fast');
const SLOW = MEMORIES.indexOf('slow');
const LAST_DAY = 120;

/** One cell of asks, each quoted or not, on days before today; three a day unless told. */
function cellOf(quoted: (day: number, n: number) => boolean, days = LAST_DAY, aDay = 3) {
  const cell = new Float64Array(CELL_STRIDE);
  for (let day = LAST_DAY - days; day < LAST_DAY; day++) {
    for (let n = 0; n < aDay; n++) {
      const t = (20_000 + day) * MICROS_PER_DAY + n * 3600e6;
      const times = quoteRate.halfLives.map((halfLife) => decayTime(t, halfLife));
      observe(cell, 0, t, times, quoted(day, n) ? 1 : 0, 1, 1);
    }
  }
  return cell;
}

function appetite(cell: Float64Array, daysLater = 0, at = 0) {
  const asOf = (20_000 + LAST_DAY + daysLater) * MICROS_PER_DAY;
  const noRows = {
    cells: cell,
    blocks: new Int32Array(),
    times: new Float64Array(),
    dealers: [],
    scopes: [],
    poolRow: -1,
    marketRow: -1,
  };
  return appetiteOf(cell, at, metricAsOf(noRows, asOf, quoteRate, FAST));
}

const oneInThree = (_: number, n: number) => n === 0;
const twoInThree = (_: number, n: number) => n !== 0;

test('a dealer that quotes more of late is coming in, one that quotes less is backing off', () => {
  const more = cellOf((day, n) => (day < LAST_DAY - 5 ? oneInThree(day, n) : true));
  const less = cellOf((day, n) => (day < LAST_DAY - 5 ? twoInThree(day, n) : false));
  expect(appetite(more).state).toBe('comingIn');
  expect(appetite(more).z).toBeGreaterThan(2);
  expect(appetite(less).state).toBe('backingOff');
  expect(appetite(less).z).toBeLessThan(-2);
});

test('z is the difference of the raw means in standard errors', () => {
  const cell = cellOf((day, n) => (day < LAST_DAY - 5 ? oneInThree(day, n) : true));
  const [fast, slow] = [FAST, SLOW].map((memory) => ({
    mean: cellMean(cell, 0, memory),
    error: cellStandardError(cell, 0, memory)!,
  }));
  const z = (fast!.mean - slow!.mean) / Math.hypot(fast!.error, slow!.error);
  expect(appetite(cell).z).toBeCloseTo(z, 12);
});

test('a change within chance is none', () => {
  const wavering = cellOf((day, n) =>
    day < LAST_DAY - 1 ? oneInThree(day, n) : twoInThree(day, n),
  );
  const { state, z } = appetite(wavering);
  expect(state).toBe('steady');
  expect(Math.abs(z!)).toBeGreaterThan(0);
  expect(Math.abs(z!)).toBeLessThan(2);
});

test('a dealer that has always quoted, or never, is steady', () => {
  expect(appetite(cellOf(() => true))).toEqual({ state: 'steady', z: 0 });
  expect(appetite(cellOf(() => false))).toEqual({ state: 'steady', z: 0 });
});

test('what was heard long ago says nothing of late: the fast mass has to be 5', () => {
  const more = cellOf((day, n) => (day < LAST_DAY - 5 ? oneInThree(day, n) : true));
  // About 22 observations of now, halved every five days.
  expect(appetite(more, 10).state).toBe('comingIn');
  expect(appetite(more, 12)).toEqual({ state: 'steady', z: appetite(more).z });
});

test('one observation has no error, and none at all says nothing', () => {
  const unknown = { state: 'unknown', z: null };
  expect(appetite(cellOf(() => true, 1, 1))).toEqual(unknown);
  expect(appetite(new Float64Array(CELL_STRIDE))).toEqual(unknown);
  expect(
    appetite(
      cellOf(() => true),
      0,
      -1,
    ),
  ).toEqual(unknown);
});

test('withdrawn observations leave no appetite of rounding', () => {
  const cell = cellOf(() => true);
  for (let n = 0; n < 50; n++) {
    const t = (20_000 + LAST_DAY) * MICROS_PER_DAY - n * 7919e6;
    const times = quoteRate.halfLives.map((halfLife) => decayTime(t, halfLife));
    observe(cell, 0, t, times, 0, 1, 1);
    observe(cell, 0, t, times, 0, 1, -1);
  }
  expect(appetite(cell).state).toBe('steady');
});
