import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import { isNear } from '../../test/support/naive-oracle/differences.ts';
import type { NaiveObservation } from '../../test/support/naive-oracle/results.ts';
import { naiveEstimate } from '../../test/support/naive-oracle/sums.ts';
import { cellAt } from './block.ts';
import { BlockArena } from './block-arena.ts';
import { decayTime } from './decay.ts';
import { MEMORIES } from './metrics.ts';
import { MICROS_PER_DAY, type ModelMetric, metricOf } from './model.ts';
import { resolveModel } from './model-settings.ts';
import { ROW_TIMES } from './row-memory.ts';
import { ALL_SCOPE, POOL_DEALER } from './scopes.ts';
import { type ScoreRows, scopeRows } from './score-rows.ts';
import { estimateOf, massOf, metricAsOf, standardErrorOf } from './shrinkage.ts';
import { observe } from './testing/observe.ts';

const CHAIN = ['instrument:X', 'issuer:I', 'S-BUY-SZ1', 'S-BUY', 'S', 'CORP', ALL_SCOPE];
const DEALERS = ['A', 'B', 'C'] as DealerId[];
const T0 = 20_000 * MICROS_PER_DAY;
const TOLERANCE = 1e-9;

const model = resolveModel({
  priorStrength: 4,
  metrics: {
    coverBps: { priorStrength: 0.5, halfLifeMicros: { base: 3 * MICROS_PER_DAY } },
    'tca.x': { priorStrength: 20 },
  },
  tcaMetrics: [{ name: 'x', higherIsBetter: true, prior: -3, priorVariance: 2 }],
});
const metrics = ['fillRate', 'reversion30mBps', 'coverBps', 'responseSeconds', 'tca.x'];

const observation: fc.Arbitrary<NaiveObservation> = fc.record({
  dealerId: fc.constantFrom(...DEALERS),
  metric: fc.constantFrom(...metrics),
  value: fc.double({ min: -50, max: 60, noNaN: true }),
  quantity: fc.double({ min: 0.01, max: 3, noNaN: true }),
  tsMeasured: fc.integer({ min: T0, max: T0 + 200 * MICROS_PER_DAY }),
  // Where it begins: what is seen of an instrument is seen of all that it is part of.
  scopes: fc.nat(CHAIN.length - 1).map((finest) => CHAIN.slice(finest)),
});

/** Rows as a board has them: a block for each pair that anything was seen of, and the pool. */
function rowsOf(observations: readonly NaiveObservation[]): ScoreRows {
  const arena = BlockArena.growing();
  const blocks: number[] = [];
  const rowOf = (scope: string, dealer: string): number => {
    const own = observations.filter(
      (o) => o.scopes.includes(scope) && (dealer === POOL_DEALER || dealer === o.dealerId),
    );
    if (own.length === 0) return -1;
    const metricsSeen = own.map(({ metric }) => metricOf(model, metric)!);
    const mask = metricsSeen.reduce((bits, { column }) => bits | (1 << column), 0);
    const block = arena.allocate(mask);
    for (const [i, { tsMeasured, value, quantity }] of own.entries()) {
      const { column, halfLives } = metricsSeen[i]!;
      const times = halfLives.map((halfLife) => decayTime(tsMeasured, halfLife));
      const at = cellAt(arena.cells, block, column);
      observe(arena.cells, at, tsMeasured, times, value, quantity, 1);
    }
    return blocks.push(block) - 1;
  };
  const scopes = CHAIN.map((scope) =>
    scopeRows(
      scope,
      Int32Array.from(DEALERS, (dealer) => rowOf(scope, dealer)),
    ),
  );
  const poolRow = rowOf(ALL_SCOPE, POOL_DEALER);
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

test('estimates and their errors are those of a scan of the observations, through chain, pool and prior', () => {
  let shrunk = 0;
  const days = fc.integer({ min: 0, max: 400 });
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 60 }), days, (observations, after) => {
      const rows = rowsOf(observations);
      const asOf = T0 + after * MICROS_PER_DAY;
      for (const name of metrics) {
        const metric = metricOf(model, name)!;
        for (let memory = 0; memory < MEMORIES.length; memory++) {
          shrunk += compare(rows, observations, metric, memory, asOf);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(shrunk).toBeGreaterThan(1000);
});

/** Returns how many of the estimates rest on anything seen. */
function compare(
  rows: ScoreRows,
  observations: readonly NaiveObservation[],
  metric: ModelMetric,
  memory: number,
  asOf: number,
): number {
  const of = metricAsOf(rows, asOf, metric, memory);
  const question = { asOf, halfLife: metric.halfLives[memory]!, metric: metric.name };
  const { prior, priorVariance, priorStrength } = metric;
  let seen = 0;
  for (const [dealer, id] of DEALERS.entries()) {
    for (const scope of CHAIN.keys()) {
      const chain = CHAIN.slice(scope);
      const naive = naiveEstimate(observations, {
        ...question,
        ...{ chain, dealer: id, priorStrength, prior, priorVariance },
      });
      const estimate = estimateOf(rows, dealer, of, scope);
      const where = `${metric.name} of ${id} at ${chain[0]}: ${estimate}, ${naive.value}`;
      expect(isNear(estimate, naive.value, TOLERANCE), where).toBe(true);
      expect(isNear(massOf(rows, dealer, of, scope), naive.mass, TOLERANCE), where).toBe(true);
      if (naive.mass > 0) seen++;
      if (scope > 0) continue;
      // Two ways to a variance cancel differently, by a share of the largest square.
      const errors = [standardErrorOf(rows, dealer, of), naive.standardError] as const;
      expect(isNear(errors[0] ** 2, errors[1] ** 2, TOLERANCE, 60 ** 2), where).toBe(true);
    }
  }
  return seen;
}
