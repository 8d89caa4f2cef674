import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import { cellAt } from './block.ts';
import { BlockArena } from './block-arena.ts';
import { cellStandardError } from './cell.ts';
import { decayTime } from './decay.ts';
import { MICROS_PER_DAY, metricOf } from './model.ts';
import { resolveModel } from './model-settings.ts';
import { ROW_TIMES } from './row-memory.ts';
import { type ScoreRows, scopeRows } from './score-rows.ts';
import { estimateOf, type MetricAsOf, metricAsOf, standardErrorOf } from './shrinkage.ts';
import { observe } from './testing/observe.ts';

const H = 10 * MICROS_PER_DAY;
const model = resolveModel({ halfLifeMicros: { base: H } });
const fillRate = metricOf(model, 'fillRate')!;

/** Golden 3: x = 1, 0, 1 at days 0, 10, 20 of the instrument; `ALL` has x = 0 at day 20 as well. */
function goldenRows(): ScoreRows {
  const arena = BlockArena.growing();
  const add = (block: number, day: number, x: number) => {
    const t = day * MICROS_PER_DAY;
    const times = fillRate.halfLives.map((halfLife) => decayTime(t, halfLife));
    observe(arena.cells, cellAt(arena.cells, block, fillRate.column), t, times, x, 1, 1);
  };
  const [instrument, all] = [0, 1].map(() => arena.allocate(1 << fillRate.column));
  for (const [day, x] of [
    [0, 1],
    [10, 0],
    [20, 1],
  ] as const) {
    add(instrument!, day, x);
    add(all!, day, x);
  }
  add(all!, 20, 0);
  return {
    cells: arena.cells,
    blocks: Int32Array.of(instrument!, all!),
    times: new Float64Array(2 * ROW_TIMES),
    dealers: ['A' as DealerId],
    scopes: [scopeRows('instrument:X', Int32Array.of(0)), scopeRows('ALL', Int32Array.of(1))],
    poolRow: -1,
    marketRow: -1,
  };
}

const close = (actual: number, expected: number) =>
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(1e-12);

/** `*` held at 0.4, its variance at 0.24. */
function heldAt(day: number): MetricAsOf {
  const of = metricAsOf(goldenRows(), day * MICROS_PER_DAY, fillRate, fillRate.ranked);
  return { ...of, field: 0.4, variance: 0.24 };
}

test('golden 3: estimates shrink from the instrument through ALL to the field', () => {
  const rows = goldenRows();
  close(estimateOf(rows, 0, heldAt(20), 1), 0.41935483870967744);
  close(estimateOf(rows, 0, heldAt(20)), 0.4958183990442055);
  close(standardErrorOf(rows, 0, heldAt(20)), 0.18856180831641267);
  const at = cellAt(rows.cells, rows.blocks[0]!, fillRate.column);
  close(cellStandardError(rows.cells, at, fillRate.ranked)!, 0.3912303982179758);
  close(estimateOf(rows, 0, heldAt(30)), 0.45682102628285354);
});

test('a metric may have a prior strength and half-lives of its own', () => {
  const own = resolveModel({
    metrics: { fillRate: { priorStrength: 50, halfLifeMicros: { slow: 7 } } },
    tcaMetrics: [{ name: 'fixAlpha', higherIsBetter: false, prior: 2, priorVariance: 3 }],
  });
  expect(metricOf(own, 'fillRate')).toMatchObject({ priorStrength: 50 });
  expect(metricOf(own, 'fillRate')!.halfLives[2]).toBe(7);
  expect(metricOf(own, 'quoteRate')).toMatchObject({ priorStrength: 5 });
  expect(metricOf(own, 'tca.fixAlpha')).toMatchObject({ prior: 2, higherIsBetter: false });
  expect(metricOf(model, 'tca.fixAlpha')).toBeUndefined();
});

test.each([
  [{ halfLifeMicros: { weekly: 1 } }, 'model.halfLifeMicros.weekly: there is no such setting'],
  [{ metrics: { fill: {} } }, 'model.metrics.fill: there is no such setting'],
  [{ metrics: { fillRate: { k: 1 } } }, 'model.metrics.fillRate.k: there is no such setting'],
  [{ latenessMicros: 0.5 }, 'model.latenessMicros: 0.5 is not a whole number of microseconds'],
  [{ sizeBounds: [5, 5] }, 'model.sizeBounds: [5,5] is not at most 8 nominals'],
  [{ tiers: [{ enter: 0.5, leave: 0.6 }] }, 'leave at most enter'],
  [{ tcaMetrics: [{ name: 'a b', higherIsBetter: true }] }, 'model.tcaMetrics.0.name'],
])('a bad setting is named: %j', (settings, message) => {
  expect(() => resolveModel(settings)).toThrow(message);
});
