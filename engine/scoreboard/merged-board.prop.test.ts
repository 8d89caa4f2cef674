import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import type { Observation } from '../lifecycle/observation.ts';
import { COUNT, cellMean, NEWEST, SUM_V, sumsAt } from '../scoring/cell.ts';
import { METRIC_NAMES } from '../scoring/metrics.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricOf } from '../scoring/model.ts';
import { ALL_SCOPE } from '../scoring/scopes.ts';
import { cellOf } from '../scoring/score-rows.ts';
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
      const rows = index.rowsOf([ALL_SCOPE], merged.writer.cells, merged.writer.blocks);
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
