import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import type { Observation } from '../lifecycle/observation.ts';
import { COUNT, cellMean, NEWEST, SUM_V, sumsAt } from '../scoring/cell.ts';
import { METRIC_NAMES } from '../scoring/metrics.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricOf } from '../scoring/model.ts';
import { ALL_SCOPE } from '../scoring/scopes.ts';
import { cellOf, newestAsk, newestQuote } from '../scoring/score-rows.ts';
import { createBoard, HEADER, mergedShape, PARTITION_SHAPE } from './board.ts';
import { boardState } from './board-digest.ts';
import { BoardReader } from './board-reader.ts';
import { BoardWriter } from './board-writer.ts';
import { MergedBoard } from './merged-board.ts';
import { RowIndex } from './row-index.ts';
import { ScoreSink } from './score-sink.ts';

const PARTITIONS = 3;
const shape = { ...PARTITION_SHAPE, rows: 256, cells: 256 * 300, nameBytes: 16_384 };
const T0 = 20_000 * MICROS_PER_DAY;
// One array for each chain: the sink keeps scope indices by chain.
const chains = [
  ['CORP', ALL_SCOPE],
  ['MUNI', ALL_SCOPE],
];

const observation = fc.record({
  dealerId: fc.constantFrom('A', 'B', 'C') as fc.Arbitrary<DealerId>,
  metric: fc.constantFrom(...METRIC_NAMES),
  value: fc.double({ min: -100, max: 100, noNaN: true }),
  quantity: fc.constantFrom(1, 0.5, 0.1),
  tsMeasured: fc.integer({ min: T0, max: T0 + 400 * MICROS_PER_DAY }),
  scopes: fc.constantFrom(...chains),
}) satisfies fc.Arbitrary<Observation>;

/** An observation on a partition, or a moment at which everything is published and merged. */
const step = fc.record({
  partition: fc.integer({ min: 0, max: PARTITIONS - 1 }),
  observation,
  publish: fc.boolean(),
});

function run(steps: readonly { partition: number; observation: Observation; publish: boolean }[]) {
  const boards = Array.from({ length: PARTITIONS }, () => createBoard(shape));
  const writers = boards.map((board) => new BoardWriter(board, true));
  const sinks = writers.map((writer) => new ScoreSink(writer, DEFAULT_MODEL));
  const index = new RowIndex();
  const mergedBuffer = createBoard({
    ...shape,
    headerFields: mergedShape(PARTITIONS).headerFields,
  });
  const merged = new MergedBoard(mergedBuffer, PARTITIONS, DEFAULT_MODEL, index);
  for (const [p, board] of boards.entries()) merged.attach(p, board);
  const settle = (): void => {
    for (const writer of writers) writer.publish();
    merged.refresh();
  };
  for (const { partition, observation: o, publish } of steps) {
    sinks[partition]!.observe(o, 1);
    if (publish) settle();
  }
  settle();
  return { index, merged, lines: boardState(mergedBuffer).lines };
}

test('merged sums equal a naive re-scan, wherever versions were cut', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const { index, merged, lines } = run(steps);
      expect(run(steps.map((s) => ({ ...s, publish: !s.publish }))).lines).toEqual(lines);
      const rows = index.rowsOf([ALL_SCOPE], merged.writer);
      for (const metric of METRIC_NAMES) {
        for (const [d, dealer] of rows.dealers.entries()) {
          const at = cellOf(rows, 0, d, metricOf(DEFAULT_MODEL, metric)!.column);
          const own = steps
            .map((s) => s.observation)
            .filter((o) => o.dealerId === dealer && o.metric === metric);
          expect(at < 0 ? 0 : rows.cells[at + COUNT]).toBe(own.length);
          if (own.length > 0) expectNaive(own, rows.cells, at);
        }
      }
    }),
    { numRuns: 200 },
  );
});

/** The formula as it is written down: every observation weighed again. */
function expectNaive(own: readonly Observation[], cells: Float64Array, at: number): void {
  const { halfLives } = metricOf(DEFAULT_MODEL, own[0]!.metric)!;
  expect(cells[at + NEWEST]).toBe(Math.max(...own.map((o) => o.tsMeasured)));
  for (const [memory, halfLife] of halfLives.entries()) {
    const newest = Math.max(...own.map((o) => Math.floor(o.tsMeasured / halfLife)));
    const weights = own.map((o) => o.quantity * 2 ** (o.tsMeasured / halfLife - newest));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const mean = own.reduce((sum, o, i) => sum + weights[i]! * o.value, 0) / total;
    const sum = cells[sumsAt(at, memory) + SUM_V]!;
    expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-9 * Math.max(1, total));
    expect(Math.abs(cellMean(cells, at, memory) - mean)).toBeLessThanOrEqual(1e-9 * 100);
  }
}

/** A quote or an ask on a partition, or a board in the place of one that is lost. */
const timeStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      partition: fc.integer({ min: 0, max: PARTITIONS - 1 }),
      dealerId: fc.constantFrom('A', 'B', 'C') as fc.Arbitrary<DealerId>,
      isAsk: fc.boolean(),
      t: fc.integer({ min: 1, max: 99 }),
      publish: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ lost: fc.integer({ min: 0, max: PARTITIONS - 1 }) }) },
);

test('merged times are the newest of all partitions whose boards are there', () => {
  fc.assert(
    fc.property(fc.array(timeStep, { minLength: 1, maxLength: 40 }), (steps) => {
      const index = new RowIndex();
      const headerFields = mergedShape(PARTITIONS).headerFields;
      const buffer = createBoard({ ...shape, headerFields });
      const merged = new MergedBoard(buffer, PARTITIONS, DEFAULT_MODEL, index);
      /** By partition: what its board has been told. */
      const told: { key: string; t: number }[][] = Array.from({ length: PARTITIONS }, () => []);
      const open = (p: number) => {
        const board = createBoard(shape);
        merged.attach(p, board);
        told[p] = [];
        const writer = new BoardWriter(board, true);
        const own = [`instrument:${p}`, 'CORP', ALL_SCOPE];
        return { writer, own, sink: new ScoreSink(writer, DEFAULT_MODEL) };
      };
      const partitions = Array.from({ length: PARTITIONS }, (_, p) => open(p));
      const expectNewest = () => {
        for (const { writer } of partitions) writer.publish();
        merged.refresh();
        for (const scope of ['CORP', ALL_SCOPE, ...partitions.map((_, p) => `instrument:${p}`)]) {
          const rows = index.rowsOf([scope], merged.writer);
          for (const [d, dealerId] of rows.dealers.entries()) {
            const newest = (kind: string) =>
              told
                .flat()
                .reduce(
                  (t, n) => (n.key === `${kind} ${scope} ${dealerId}` ? Math.max(t, n.t) : t),
                  0,
                );
            expect(newestQuote(rows, 0, d)).toBe(newest('quote'));
            expect(newestAsk(rows, 0, d)).toBe(newest('ask'));
          }
        }
      };
      for (const step of steps) {
        if ('lost' in step) {
          partitions[step.lost] = open(step.lost);
          continue;
        }
        const { partition, dealerId, isAsk, t, publish } = step;
        const { sink, own } = partitions[partition]!;
        if (isAsk) sink.newestAsk(dealerId, own, t);
        else sink.newestQuote(dealerId, own, t);
        for (const scope of own) {
          told[partition]!.push({ key: `${isAsk ? 'ask' : 'quote'} ${scope} ${dealerId}`, t });
        }
        if (publish) expectNewest();
      }
      expectNewest();
    }),
    { numRuns: 100 },
  );
});

test('the midnight of the tiers is published with them, and by itself', () => {
  const index = new RowIndex();
  const buffer = createBoard({ ...shape, headerFields: mergedShape(1).headerFields });
  const merged = new MergedBoard(buffer, 1, DEFAULT_MODEL, index);
  const reader = new BoardReader(buffer, new RowIndex());
  const seen = () => reader.read(({ header }) => [header[HEADER.tiers], header[HEADER.rows]]);
  merged.setTier('CORP', 'A', 1);
  merged.setTiersAt(T0);
  expect(seen()).toEqual([0, 0]);
  merged.refresh();
  expect(seen()).toEqual([T0, 1]);
  merged.setTiersAt(T0 + MICROS_PER_DAY);
  merged.refresh();
  expect(seen()).toEqual([T0 + MICROS_PER_DAY, 1]);
});
