import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellAt } from '../engine/scoring/block.ts';
import { BlockArena } from '../engine/scoring/block-arena.ts';
import { decayTime } from '../engine/scoring/decay.ts';
import { COMPOSITE_PARTS } from '../engine/scoring/metrics.ts';
import { MICROS_PER_DAY, metricOf } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import { ALL_SCOPE, POOL_DEALER } from '../engine/scoring/scopes.ts';
import { observe } from '../engine/scoring/testing/observe.ts';
import type { DealerId } from '../schemas/ids.ts';
import { isNear } from '../test/support/naive-oracle/differences.ts';
import type { NaiveObservation } from '../test/support/naive-oracle/results.ts';
import { naiveEstimate, naiveSums } from '../test/support/naive-oracle/sums.ts';
import { type FrozenRow, type FrozenSums, TierKeeper, type TierVerdict } from './tier-keeper.ts';

const PARTITIONS = 3;
/** Small numbers of observations are to be enough evidence now and then. */
const model = resolveModel({
  minObservations: 2,
  tiers: [
    { enter: 0.62, leave: 0.6 },
    { enter: 0.58, leave: 0.52 },
  ],
});
const DAY_0 = 20_000;
const DAYS = 12;
const metrics = COMPOSITE_PARTS.map(({ metric }) => metricOf(model, metric)!);

interface Placed extends NaiveObservation {
  readonly partition: number;
}

const observations: fc.Arbitrary<Placed[]> = fc.array(
  fc
    .record({
      partition: fc.nat(PARTITIONS - 1),
      dealer: fc.constantFrom('A', 'B', 'C'),
      asset: fc.constantFrom('CORP', 'FX'),
      metric: fc.constantFrom(...metrics),
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      at: fc.integer({ min: 0, max: DAYS * MICROS_PER_DAY }),
    })
    .map(({ partition, dealer, asset, metric, x, at }) => ({
      partition,
      dealerId: dealer as DealerId,
      metric: metric.name,
      // Seconds from 0 to 60, bps and rates from 0 to 1.
      value: metric.name === 'responseSeconds' ? 60 * x : x,
      quantity: 1,
      tsMeasured: DAY_0 * MICROS_PER_DAY + at,
      scopes: [asset, ALL_SCOPE],
    })),
  { minLength: 20, maxLength: 120 },
);

/** [partitions]: the midnights that each stops at, ascending; what lies between it passes at once. */
const midnights = fc.array(
  fc.uniqueArray(fc.integer({ min: 1, max: DAYS }), { minLength: 1, maxLength: DAYS }),
  { minLength: PARTITIONS, maxLength: PARTITIONS },
);

/** What a partition holds of everything before a midnight. */
function freeze(all: readonly Placed[], partition: number, day: number): FrozenSums {
  const before = all.filter(
    (o) => o.partition === partition && o.tsMeasured < (DAY_0 + day) * MICROS_PER_DAY,
  );
  const keys = new Set(
    before.flatMap(({ dealerId, scopes }) => [
      ...scopes.map((scope) => `${scope} ${dealerId}`),
      `${ALL_SCOPE} ${POOL_DEALER}`,
    ]),
  );
  const rows = [...keys].map((key): FrozenRow => {
    const [scope, dealer] = key.split(' ') as [string, string];
    const own = before.filter(
      (o) => o.scopes.includes(scope) && (dealer === POOL_DEALER || dealer === o.dealerId),
    );
    const arena = BlockArena.growing();
    const columns = own.map(({ metric }) => metricOf(model, metric)!.column);
    const block = arena.allocate(columns.reduce((mask, column) => mask | (1 << column), 0));
    for (const { metric, tsMeasured, value, quantity } of own) {
      const { column, halfLives } = metricOf(model, metric)!;
      const times = halfLives.map((halfLife) => decayTime(tsMeasured, halfLife));
      const at = cellAt(arena.cells, block, column);
      observe(arena.cells, at, tsMeasured, times, value, quantity, 1);
    }
    return { scope, dealer, block: arena.cells.slice(block, arena.used) };
  });
  return { partition, day: DAY_0 + day, sequence: day, rows };
}

/** Tiers by the words of docs/scoring.md, 6, from observations alone. */
function plainVerdicts(all: readonly Placed[], stops: readonly number[][]): TierVerdict[] {
  const tiers = new Map<string, number | null>();
  const passedByAll = Math.min(...stops.map((days) => days.at(-1)!));
  const days = [...new Set(stops.flat())].sort((a, b) => a - b).filter((d) => d <= passedByAll);
  return days.flatMap((day) => {
    // A partition that passes a midnight together with later ones has one state for all of them.
    const heldUntil = stops.map((own) => own.find((stop) => stop >= day)!);
    const seen = all.filter(
      (o) => o.tsMeasured < (DAY_0 + heldUntil[o.partition]!) * MICROS_PER_DAY,
    );
    const asOf = (DAY_0 + day) * MICROS_PER_DAY;
    return ['CORP', 'FX'].flatMap((assetClass): TierVerdict[] => {
      const changes = ['A', 'B', 'C'].flatMap((dealerId) => {
        if (!seen.some((o) => o.dealerId === dealerId && o.scopes[0] === assetClass)) return [];
        const composite = plainComposite(seen, assetClass, dealerId, asOf);
        const from = tiers.get(`${assetClass} ${dealerId}`) ?? null;
        const to = plainTier(composite, from);
        tiers.set(`${assetClass} ${dealerId}`, to);
        return from === to ? [] : [{ dealerId, from, to, composite }];
      });
      return changes.length === 0 ? [] : [{ assetClass, tsEvent: asOf, changes }];
    });
  });
}

function plainComposite(
  seen: readonly Placed[],
  assetClass: string,
  dealer: string,
  asOf: number,
): number | null {
  const base = 30 * MICROS_PER_DAY;
  const evidence = naiveSums(seen, asOf, base, assetClass, dealer, 'fillRate');
  if (evidence.mass < model.minObservations) return null;
  const estimate = (metric: string, prior: number) =>
    naiveEstimate(seen, {
      asOf,
      halfLife: base,
      chain: [assetClass, ALL_SCOPE],
      dealer,
      metric,
      priorStrength: 5,
      prior,
      priorVariance: 1,
    }).value;
  const capped = Math.min(10, Math.max(-10, estimate('reversion30mBps', 0)));
  return (
    0.3 * estimate('fillRate', 0.25) +
    0.4 * (1 + estimate('priceImprovementBps', 0) / 10) +
    0.2 * (1 + capped / 10) +
    0.1 * (1 - Math.min(60, estimate('responseSeconds', 60)) / 60)
  );
}

/** The model's thresholds, spelt out. */
function plainTier(composite: number | null, from: number | null): number | null {
  if (composite === null) return null;
  if (composite >= (from === 1 ? 0.6 : 0.62)) return 1;
  return composite >= (from === 1 || from === 2 ? 0.52 : 0.58) ? 2 : 3;
}

/** Hands every partition's midnights in, their order among partitions as `turns` has it. */
function judge(frozen: readonly FrozenSums[][], turns: readonly number[]): TierVerdict[] {
  const keeper = new TierKeeper(model, PARTITIONS);
  const left = frozen.map((own) => [...own]);
  const verdicts: TierVerdict[] = [];
  const take = (partition: number) => {
    const next = left[partition]!.shift();
    if (next === undefined) return;
    keeper.take(next);
    verdicts.push(...keeper.judge());
  };
  for (const turn of turns) {
    // 3 to 5: the partition is rebuilt, and tells everything again from its beginning.
    if (turn >= PARTITIONS) left[turn - PARTITIONS] = [...frozen[turn - PARTITIONS]!];
    else take(turn);
  }
  for (let p = 0; p < PARTITIONS; p++) while (left[p]!.length > 0) take(p);
  return verdicts;
}

/** The same but for the last digits of composites. */
function expectSame(verdicts: readonly TierVerdict[], plain: readonly TierVerdict[]): void {
  const composites = (of: readonly TierVerdict[]) =>
    of.flatMap(({ changes }) => changes.map(({ composite }) => composite ?? 0));
  const rest = (of: readonly TierVerdict[]) =>
    of.map((verdict) => ({
      ...verdict,
      changes: verdict.changes.map(({ composite, ...change }) => ({
        ...change,
        isKnown: composite !== null,
      })),
    }));
  expect(rest(verdicts)).toEqual(rest(plain));
  const theirs = composites(plain);
  for (const [i, ours] of composites(verdicts).entries()) {
    expect(isNear(ours, theirs[i]!, 1e-9)).toBe(true);
  }
}

let saidInAll = 0;
test('tiers are those of a plain recomputation, whatever the partitions’ speed and rebuilding', () => {
  const turns = fc.array(fc.nat(2 * PARTITIONS - 1), { maxLength: 60 });
  fc.assert(
    fc.property(observations, midnights, turns, (all, unsorted, order) => {
      const stops = unsorted.map((days) => days.toSorted((a, b) => a - b));
      const frozen = stops.map((days, p) => days.map((day) => freeze(all, p, day)));
      const verdicts = judge(frozen, order);
      expectSame(verdicts, plainVerdicts(all, stops));
      // To the bit, in whatever order they came.
      expect(judge(frozen, [])).toEqual(verdicts);
      saidInAll += verdicts.length;
    }),
    { numRuns: 150 },
  );
  expect(saidInAll).toBeGreaterThan(60);
});

test('no midnight is judged before a partition that has said nothing yet', () => {
  const keeper = new TierKeeper(model, 2);
  const sums = (partition: number, day: number) => ({
    partition,
    day,
    sequence: day,
    rows: [],
  });
  keeper.take(sums(0, 5));
  expect(keeper.judge()).toEqual([]);
});

test('a midnight is judged whether or not it changes a tier, once every partition has passed it', () => {
  const keeper = new TierKeeper(model, 2);
  const pass = (partition: number, day: number) =>
    keeper.take({ partition, day, sequence: day, rows: [] });
  pass(0, DAY_0);
  keeper.judge();
  expect(keeper.tsJudged).toBe(0);
  pass(1, DAY_0 + 1);
  expect(keeper.judge()).toEqual([]);
  expect(keeper.tsJudged).toBe(DAY_0 * MICROS_PER_DAY);
  pass(0, DAY_0 + 3);
  keeper.judge();
  expect(keeper.tsJudged).toBe((DAY_0 + 1) * MICROS_PER_DAY);
});
