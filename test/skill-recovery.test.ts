import { expect, test } from 'vitest';
import { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import { createBoard, mergedShape, PARTITION_SHAPE } from '../engine/scoreboard/board.ts';
import { MergedBoard } from '../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../engine/scoreboard/row-index.ts';
import { resolveWeights } from '../engine/scoring/composite.ts';
import { DEFAULT_MODEL } from '../engine/scoring/model.ts';
import { ALL_SCOPE, parentChain } from '../engine/scoring/scopes.ts';
import { rank } from '../engine/selection/rank.ts';
import { Truth } from '../feeds/sim/truth.ts';
import type { DealerId } from '../schemas/ids.ts';
import { PartitionHost } from '../workers/partition-host.ts';
import { type PartitionedLog, SIM_START, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 4;
const MARKET = { seed: 11, dealers: 24, instruments: 80, rfqsPerDay: 400 };
const shape = { ...PARTITION_SHAPE, rows: 16_384 };

/** Runs logs through the engine's own parts on one thread, without a server. */
function scoreLog(log: PartitionedLog): { index: RowIndex; merged: MergedBoard } {
  const benchmarks = new BenchmarkBook(DEFAULT_MODEL);
  for (const event of log.get('all')!) benchmarks.accept(event, 0);
  const index = new RowIndex();
  const merged = new MergedBoard(
    createBoard(mergedShape(PARTITIONS)),
    PARTITIONS,
    DEFAULT_MODEL,
    index,
  );
  for (let p = 0; p < PARTITIONS; p++) {
    const board = createBoard(shape);
    const host = new PartitionHost(p, board, benchmarks, DEFAULT_MODEL);
    host.take(1, log.get(p)!, 0);
    host.publish(1);
    merged.attach(p, board);
  }
  merged.refresh();
  return { index, merged };
}

/** Dealers that the engine holds sufficient in a scope, best first. */
function rankedDealers(log: PartitionedLog, scope: string, days: number): DealerId[] {
  const { index, merged } = scoreLog(log);
  const rows = index.rowsOf(parentChain(scope), merged.writer);
  const asOf = SIM_START + days * 86_400e6;
  const weights = resolveWeights();
  const ranking = rank(rows, { asOf, model: DEFAULT_MODEL, weights, rankedScope: 0 });
  return Array.from(ranking.order, (dealer) => rows.dealers[dealer]!);
}

/** Spearman's rho of two orders of the same things. */
function rankCorrelation(a: readonly string[], b: readonly string[]): number {
  const shared = a.filter((id) => b.includes(id));
  const places = new Map(b.filter((id) => shared.includes(id)).map((id, i) => [id, i]));
  const squares = shared.reduce((sum, id, i) => sum + (i - places.get(id)!) ** 2, 0);
  return 1 - (6 * squares) / (shared.length * (shared.length ** 2 - 1));
}

test('the ranking recovers the hidden skills, the better the more data', () => {
  const truth = new Truth({ ...MARKET, startTs: SIM_START });
  const expected = truth.ranking(ALL_SCOPE).map((r) => r.dealerId);
  const correlations = [1, 10, 60].map((days) => {
    const { log } = simulatePartitions({ ...MARKET, days }, PARTITIONS);
    return rankCorrelation(rankedDealers(log, ALL_SCOPE, days), expected);
  });
  console.log(`rank correlation after 1, 10, 60 days: ${correlations.map((c) => c.toFixed(3))}`);
  expect(correlations[1]).toBeGreaterThan(correlations[0]!);
  expect(correlations[2]).toBeGreaterThan(correlations[1]!);
  // Not nearer to 1: half an hour of market noise in every mark-out, and a memory of 30 days.
  expect(correlations[2]).toBeGreaterThan(0.7);
});
