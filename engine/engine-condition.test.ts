import { createHistogram } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import type { PartitionName } from '../schemas/subjects.ts';
import { type ConditionParts, engineCondition } from './engine-condition.ts';
import { type BoardBuffer, createBoard, HEADER, PARTITION_SHAPE } from './scoreboard/board.ts';
import { BoardWriter } from './scoreboard/board-writer.ts';

/** A board of which a version with this header is published, after another one. */
function boardAt(sequence: number, watermark: number): BoardBuffer {
  const board = createBoard({ ...PARTITION_SHAPE, rows: 4, cells: 4_096, nameBytes: 1_024 });
  const writer = new BoardWriter(board);
  for (const at of [1, sequence]) {
    writer.header[HEADER.sequence] = at;
    writer.header[HEADER.watermark] = watermark;
    writer.header[HEADER.events] = 10 * at;
    writer.publish();
  }
  return board;
}

const PARTS: ConditionParts = {
  status: {
    type: 'status',
    ready: false,
    reasons: ['partition 1: the log is being read'],
    lagMs: 250,
    degradedPartitions: [1],
    modelHash: 'model',
    rulesHash: 'hash',
    directory: 0,
    asOf: null,
    scopes: [],
  },
  rules: { hash: 'hash', text: 'long', by: 'ann', reason: 'r', revision: 2, tsLoaded: 5, size: 3 },
  boards: new Map([
    [1, boardAt(7, 0)],
    [0, boardAt(4, 1_000)],
  ]),
  shardOf: (partition) => partition,
  logEnds: new Map<PartitionName, number>([
    [0, 4],
    [1, 9],
    ['all', 30],
  ]),
  history: { up: true, status: null },
};

function figures() {
  return {
    header: (field: number) => (field === HEADER.allSequence ? 29 : 100 + field),
    degradedPartitions: 1,
    isBrokerAway: false,
    lagMs: 250,
    isLogTruncated: false,
    rulesRefused: 1,
    decisionsWaiting: 2,
    dealers: { known: 3, refused: 0 },
    selectNanos: createHistogram(),
    counters: [
      ['late', 8],
      ['null.coverBps.lone', 4],
    ] as const,
  };
}

test('the condition of an engine names each partition, and how far its log goes', () => {
  const condition = engineCondition(figures(), PARTS);
  expect(condition).toMatchObject({
    ready: false,
    lagMs: 250,
    shared: { sequence: 29, logEnd: 30 },
    eventsApplied: 100 + HEADER.events,
    outcomes: { late: 8, orphan: 0 },
    rules: { hash: 'hash', by: 'ann', revision: 2, size: 3, refused: 1 },
    selections: { count: 0, p99Micros: null },
    decisionsWaiting: 2,
  });
  expect(condition.rules).not.toHaveProperty('text');
  expect(condition.partitions).toMatchObject([
    { partition: 0, shard: 0, degraded: false, sequence: 4, logEnd: 4, watermark: 1_000 },
    { partition: 1, shard: 1, degraded: true, sequence: 7, logEnd: 9, watermark: null },
  ]);
  expect(condition.partitions[1]!.eventsApplied).toBe(70);
});

test('what the log and selections have not said yet is null', () => {
  const measured = figures();
  const { partitions, shared } = engineCondition(measured, { ...PARTS, logEnds: null });
  expect(partitions.map(({ logEnd }) => logEnd)).toEqual([null, null]);
  expect(shared.logEnd).toBeNull();
  measured.selectNanos.record(38_000);
  const { p50Micros, count } = engineCondition(measured, PARTS).selections;
  expect(count).toBe(1);
  expect(p50Micros).toBeCloseTo(38, 0);
});
