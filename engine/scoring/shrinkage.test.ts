import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import { CELL_STRIDE, cellStandardError, observe } from './cell.ts';
import { decayTime } from './decay.ts';
import { METRICS } from './metrics.ts';
import { COLUMN_COUNT, columnOf, MICROS_PER_DAY, resolveModel } from './model.ts';
import type { ScoreRows } from './score-rows.ts';
import { estimate, estimateStandardError } from './shrinkage.ts';

const H = 10 * MICROS_PER_DAY;
const model = resolveModel({ halfLifeMicros: { base: H } });
const stride = COLUMN_COUNT * CELL_STRIDE;
const column = columnOf('fillRate');

/** Golden 3: x = 1, 0, 1 at days 0, 10, 20 of the instrument; `ALL` has x = 0 at day 20 as well. */
function goldenRows(): ScoreRows {
  const cells = new Float64Array(3 * stride);
  const add = (row: number, day: number, x: number) => {
    const time = decayTime(day * MICROS_PER_DAY, H, { whole: 0, scale: 1 });
    observe(cells, row * stride + column * CELL_STRIDE, time, x, 1, 1);
  };
  for (const [day, x] of [
    [0, 1],
    [10, 0],
    [20, 1],
  ] as const) {
    add(0, day, x);
    add(1, day, x);
  }
  add(1, 20, 0);
  return {
    cells,
    dealers: ['A' as DealerId],
    scopes: [
      { scope: 'instrument:X', rowAt: Int32Array.of(0) },
      { scope: 'ALL', rowAt: Int32Array.of(stride) },
    ],
    poolAt: -1,
  };
}

const close = (actual: number, expected: number) =>
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(1e-12);

/** The golden holds `*` at 0.4: an empty pool shrinks to the prior, so the difference is added back. */
function goldenEstimate(rows: ScoreRows, day: number) {
  const { prior } = METRICS.fillRate;
  const at = day * MICROS_PER_DAY;
  const estimates = estimate(rows, at, model);
  const share = shareOfField(estimates.masses[column]!, rows, at);
  return {
    value: estimates.values[column]! + (0.4 - prior) * share,
    mass: estimates.masses[column]!,
  };
}

/** How much of the field's estimate is left in the finest one: the product of k / (mass + k). */
function shareOfField(finestMass: number, rows: ScoreRows, at: number): number {
  const k = model.priorStrength;
  const all = estimate({ ...rows, scopes: rows.scopes.slice(-1) }, at, model).masses[column]!;
  const own = rows.scopes.length === 1 ? 1 : k / (finestMass + k);
  return own * (k / (all + k));
}

test('golden 3: estimates shrink from the instrument through ALL to the field', () => {
  const rows = goldenRows();
  const all = goldenEstimate({ ...rows, scopes: rows.scopes.slice(-1) }, 20);
  close(all.value, 0.41935483870967744);
  const instrument = goldenEstimate(rows, 20);
  close(instrument.value, 0.4958183990442055);
  close(estimateStandardError(0.24, instrument.mass, model.priorStrength), 0.18856180831641267);
  close(cellStandardError(rows.cells, column * CELL_STRIDE)!, 0.3912303982179758);
  close(goldenEstimate(rows, 30).value, 0.45682102628285354);
});
