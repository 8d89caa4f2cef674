import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { LogSequences } from '../../schemas/selection.ts';
import { ShardPool } from '../../workers/shard-pool.ts';
import { type BoardBuffer, createBoard, HEADER, mergedShape } from '../scoreboard/board.ts';
import { BoardReader } from '../scoreboard/board-reader.ts';
import { MergedBoard } from '../scoreboard/merged-board.ts';
import { RowIndex } from '../scoreboard/row-index.ts';
import type { Model } from '../scoring/model.ts';
import { ALL_SCOPE } from '../scoring/scopes.ts';

export interface ReadOptions {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly shards: number;
  readonly model: Model;
  /** How far to read. */
  readonly ends: LogSequences;
  /** Event time at which each partition stops before that. */
  readonly stopAt?: Micros;
  readonly signal: AbortSignal;
  onProgress(applied: number, wanted: number): void;
}

const POLL_MS = 200;
/** Shards that apply nothing for so long have come as far as they can. */
const STALL_MS_MAX = 20_000;

/**
 * Reads a log from its beginning with the engine's own shards, which write nothing to it, and
 * returns the merged board of the position that they have then reached: `ends` or more, but for what
 * waits for a benchmark. Throws FirstcallError `replayFailed` or `emptyLog`.
 */
export async function readLog(options: ReadOptions): Promise<BoardBuffer> {
  const boards = new Map<number, BoardBuffer>();
  let failure: unknown = null;
  const pool = new ShardPool({
    ...options,
    isReadOnly: true,
    onBoard: (partition, board) => boards.set(partition, board),
    onFailure: (_, error) => {
      failure = error;
    },
    onCaughtUp: () => {},
    onFrozen: () => {},
    onCounters: () => {},
  });
  try {
    await untilRead(boards, options, () => failure);
    return merge(boards, options);
  } finally {
    await pool.stop();
  }
}

async function untilRead(
  boards: ReadonlyMap<number, BoardBuffer>,
  { ends, signal, onProgress, stopAt = Number.POSITIVE_INFINITY }: ReadOptions,
  failureOf: () => unknown,
): Promise<void> {
  const wanted = ends.partitions.reduce((sum, last) => sum + last, 0);
  let before = -1;
  for (let stalledMs = 0; stalledMs < STALL_MS_MAX; stalledMs += POLL_MS) {
    signal.throwIfAborted();
    const failure = failureOf();
    if (failure !== null) {
      const message = `the log cannot be read: ${(failure as Error).message}`;
      throw new FirstcallError('replayFailed', message, { cause: failure });
    }
    const read = ends.partitions.map((last, p) => readOf(boards.get(p), last, stopAt));
    const total = read.reduce((sum, sequence) => sum + sequence, 0);
    if (total > before) stalledMs = 0;
    before = total;
    onProgress(total, wanted);
    if (total === wanted) return;
    await delay(POLL_MS, undefined, { signal });
  }
}

const NOBODY = { dealer() {}, scope() {}, instrument() {}, row() {} };

/** How much of `last` messages a partition has read; all of them once it has stopped. */
function readOf(board: BoardBuffer | undefined, last: number, stopAt: Micros): number {
  if (board === undefined) return 0;
  return new BoardReader(board, NOBODY).read(({ header }) =>
    header[HEADER.watermark]! >= stopAt ? last : Math.min(last, header[HEADER.sequence]!),
  );
}

function merge(
  boards: ReadonlyMap<number, BoardBuffer>,
  { partitions, model }: ReadOptions,
): BoardBuffer {
  const board = createBoard(mergedShape(partitions));
  const index = new RowIndex();
  const merged = new MergedBoard(board, partitions, model, index);
  for (const [partition, each] of boards) merged.attach(partition, each);
  merged.refresh();
  if (index.rowsOf([ALL_SCOPE], merged.writer).poolRow < 0) {
    throw new FirstcallError('emptyLog', 'the log has led to no observation yet');
  }
  return board;
}
