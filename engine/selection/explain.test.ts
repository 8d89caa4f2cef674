import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import { cellAt } from '../scoring/block.ts';
import { BlockArena } from '../scoring/block-arena.ts';
import { decayTime } from '../scoring/decay.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricsOf } from '../scoring/model.ts';
import { ROW_TIMES } from '../scoring/row-memory.ts';
import { type ScoreRows, scopeRows } from '../scoring/score-rows.ts';
import { observe } from '../scoring/testing/observe.ts';
import { explain } from './explain.ts';

const T0 = 20_000 * MICROS_PER_DAY;
const SCOPES = ['instrument:X', 'CORP-FIN-A-2_5', 'CORP', 'ALL'];
const DEALERS = ['A', 'B', 'C'] as DealerId[];

/** Rows in which every dealer has something of every metric at every scope but the finest. */
function someRows(): ScoreRows {
  const arena = BlockArena.growing();
  const metrics = metricsOf(DEFAULT_MODEL);
  const mask = metrics.reduce((bits, { column }) => bits | (1 << column), 0);
  const blocks: number[] = [];
  const row = (seed: number, isBare: boolean): number => {
    const block = arena.allocate(isBare ? 1 : mask);
    for (const { column, halfLives } of metrics) {
      const at = cellAt(arena.cells, block, column);
      for (let i = 0; at >= 0 && i < 12; i++) {
        const t = T0 + i * MICROS_PER_DAY + seed;
        const times = halfLives.map((halfLife) => decayTime(t, halfLife));
        observe(arena.cells, at, t, times, Math.abs(Math.sin(seed + i * column)), 1, 1);
      }
    }
    return blocks.push(block) - 1;
  };
  const scopes = SCOPES.map((scope, s) =>
    scopeRows(
      scope,
      Int32Array.from(DEALERS, (_, d) => row(7 * s + d, s === 0)),
    ),
  );
  const poolRow = row(99, false);
  return {
    cells: arena.cells,
    blocks: Int32Array.from(blocks),
    times: new Float64Array(ROW_TIMES * blocks.length),
    dealers: DEALERS,
    scopes,
    poolRow,
    marketRow: -1,
  };
}

const source = {
  model: DEFAULT_MODEL,
  modelHash: 'm',
  rulesHash: 'r',
  position: { partitions: [1], all: 1, tiers: 0 },
  degradedPartitions: [],
};
const asOf = T0 + 20 * MICROS_PER_DAY;

test('the parts add up to the composite, to the last bit', () => {
  const rows = someRows();
  for (const dealerId of DEALERS) {
    const { composite, metrics } = explain(rows, dealerId, asOf, source)!;
    const sum = metrics.reduce((total, part) => total + part.contribution, 0);
    expect(Object.is(sum, composite)).toBe(true);
    for (const part of metrics) {
      expect(Object.is(part.contribution, part.weight * part.normalised)).toBe(true);
    }
  }
});

test('each estimate follows from the one above it by the written formula', () => {
  const { metrics } = explain(someRows(), 'B' as DealerId, asOf, source)!;
  expect(metrics).toHaveLength(metricsOf(DEFAULT_MODEL).length);
  for (const { field, priorStrength: k, scopes, estimate } of metrics) {
    let parent = field;
    for (const step of scopes.toReversed()) {
      const { mass, mean } = step;
      const expected = mean === null ? parent : (mass * mean + k * parent) / (mass + k);
      expect(step.estimate).toBeCloseTo(expected, 12);
      parent = step.estimate;
    }
    expect(scopes.map((step) => step.scope)).toEqual(SCOPES);
    expect(Object.is(scopes[0]!.estimate, estimate)).toBe(true);
  }
});

test('a sentence says it', () => {
  const { reason } = explain(someRows(), 'A' as DealerId, asOf, source)!;
  expect(reason).toMatch(/^(Ranked \d of \d|Too little evidence to rank) in instrument:X: .*field/);
  expect(reason).toMatch(/fills \d+% of our RFQs/);
});

test('a dealer that was never observed has no explanation', () => {
  expect(explain(someRows(), 'Z' as DealerId, asOf, source)).toBeNull();
});
