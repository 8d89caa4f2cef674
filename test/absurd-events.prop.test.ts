import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import { createBoard, mergedShape, PARTITION_SHAPE } from '../engine/scoreboard/board.ts';
import { MergedBoard } from '../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../engine/scoreboard/row-index.ts';
import { DEFAULT_MODEL, type Model, metricsOf } from '../engine/scoring/model.ts';
import { ALL_SCOPE } from '../engine/scoring/scopes.ts';
import { estimateOf, metricsAsOf, standardErrorOf } from '../engine/scoring/shrinkage.ts';
import { copyBlock } from '../engine/scoring/testing/copy-block.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { Micros } from '../schemas/ids.ts';
import { refuseEvent } from '../schemas/validate.ts';
import { PartitionHost } from '../workers/partition-host.ts';
import { type MarketLog, marketLogs } from './support/market-log/market-log.ts';

const ROOM = { rows: 4096, cells: 1 << 20, nameBytes: 1 << 20 };
/** Ten thousand half-lives of the fast memory, after so many events. */
const SILENCE_MICROS = 10_000 * DEFAULT_MODEL.halfLifeMicros.fast;
const LEAP_AT = 40;

/** Numbers at the ends of what the schemas admit. */
const EXTREMES = {
  price: [5e-324, 1e-300, 1e-9, 1, 1e12],
  quantity: [5e-324, 1e-12, 1, 1e15],
  value: [-1e12, -0.5, 0, 1e12],
};

/** A market in which some numbers are absurd, and event time leaps by more than a century. */
const absurdMarkets = fc
  .tuple(marketLogs, fc.array(fc.nat(), { minLength: 64, maxLength: 64 }))
  .map(([market, dice]) => ({ ...market, log: market.log.map((e, i) => absurd(e, i, dice)) }));

function absurd(event: FirstcallEvent, i: number, dice: readonly number[]): FirstcallEvent {
  const die = dice[i % dice.length]! + i;
  const pick = (from: readonly number[]) => from[die % from.length]!;
  const changed: Record<string, unknown> = { ...event };
  for (const field of ['price', 'mid', 'bid', 'ask', 'quantity', 'value'] as const) {
    if (typeof changed[field] !== 'number' || die % 3 !== 0) continue;
    const kind = field === 'quantity' || field === 'value' ? field : 'price';
    changed[field] = event.kind === 'tca' && kind === 'quantity' ? 1e6 : pick(EXTREMES[kind]);
  }
  if (i >= LEAP_AT) changed.tsEvent = event.tsEvent + SILENCE_MICROS;
  return refuseEvent(changed) === null ? (changed as unknown as FirstcallEvent) : event;
}

function score({ log, shared, model }: MarketLog) {
  const benchmarks = new BenchmarkBook(model);
  for (const event of shared) benchmarks.accept(event, 0);
  const board = createBoard({ ...PARTITION_SHAPE, ...ROOM });
  const host = new PartitionHost(0, board, benchmarks, model);
  for (const [i, event] of log.entries()) host.take(i + 1, [event], 0);
  // Mark-outs of leapt times wait for a benchmark that never comes that far.
  const far = Math.max(...log.map(({ tsEvent }) => tsEvent), 0) + 2 * 86_400e6;
  benchmarks.accept({ kind: 'clock', id: 'far', tsEvent: far + 86_400e6 }, 0);
  host.resume();
  host.publish(1);
  const index = new RowIndex();
  const merged = new MergedBoard(createBoard({ ...mergedShape(1), ...ROOM }), 1, model, index);
  merged.attach(0, board);
  merged.refresh();
  return { index, merged, asOf: far };
}

test('absurd numbers and ten thousand half-lives of silence leave every score finite', () => {
  let rows = 0;
  fc.assert(
    fc.property(absurdMarkets, (market) => {
      const { index, merged, asOf } = score(market);
      const { cells, blocks, rowCount } = merged.writer;
      rows += rowCount;
      for (let row = 0; row < rowCount; row++) {
        expect(copyBlock(cells, blocks[row]!).every(Number.isFinite)).toBe(true);
      }
      expectFiniteEstimates(index, merged, market.model, asOf);
    }),
    { numRuns: 100 },
  );
  expect(rows).toBeGreaterThan(1000);
});

function expectFiniteEstimates(index: RowIndex, merged: MergedBoard, model: Model, asOf: Micros) {
  for (const scope of index.scopes) {
    const rows = index.rowsOf([scope, ALL_SCOPE], merged.writer);
    for (let memory = 0; memory < 3; memory++) {
      for (const of of metricsAsOf(rows, asOf, model, memory)) {
        for (let dealer = 0; dealer < rows.dealers.length; dealer++) {
          expect(estimateOf(rows, dealer, of)).toSatisfy(Number.isFinite);
          expect(standardErrorOf(rows, dealer, of)).toSatisfy(Number.isFinite);
        }
      }
    }
  }
  expect(metricsOf(model).length).toBeGreaterThan(13);
}
