import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { LogPosition } from '../../schemas/selection.ts';
import { ShardPool } from '../../workers/shard-pool.ts';
import { type BoardBuffer, createBoard, HEADER, mergedShape } from '../scoreboard/board.ts';
import { BoardReader } from '../scoreboard/board-reader.ts';
import { MergedBoard } from '../scoreboard/merged-board.ts';
import { RowIndex } from '../scoreboard/row-index.ts';
import { cellAt, columnsOf, isMark, maskAt } from '../scoring/block.ts';
import { COUNT, cellEffectiveSample, cellMass, cellMean, cellVariance } from '../scoring/cell.ts';
import { decayTime } from '../scoring/decay.ts';
import { type Model, metricsOf } from '../scoring/model.ts';

/** What one (scope, dealer, metric) comes to; the lists are [memories]. */
export interface Figures {
  readonly observations: number;
  readonly mean: readonly number[];
  readonly mass: readonly number[];
  readonly nEff: readonly number[];
  readonly variance: readonly (number | null)[];
}

/** The engine's sums at one position of the log. */
export interface EngineSums {
  readonly position: LogPosition;
  /** The smallest watermark, which masses are decayed to. */
  readonly asOf: Micros;
  readonly rows: number;
  /** By metric, then `<scope> <dealer>`. */
  readonly figures: ReadonlyMap<string, ReadonlyMap<string, Figures>>;
}

export interface ReplayOptions {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly shards: number;
  readonly model: Model;
  /** How far to read. */
  readonly ends: LogPosition;
  readonly signal: AbortSignal;
  onProgress(applied: number, wanted: number): void;
}

const POLL_MS = 200;
/** Shards that apply nothing for so long have come as far as they can. */
const STALL_MS_MAX = 20_000;

/**
 * Reads a log from its beginning with the engine's own shards, which write nothing to it, and takes
 * their sums at the position that they have then reached: at least `ends`, but for what waits for a
 * benchmark.
 */
export async function replayEngine(options: ReplayOptions): Promise<EngineSums> {
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
    return readSums(boards, options);
  } finally {
    await pool.stop();
  }
}

async function untilRead(
  boards: ReadonlyMap<number, BoardBuffer>,
  { ends, signal, onProgress }: ReplayOptions,
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
    const applied = ends.partitions.map((last, p) => Math.min(last, sequenceOf(boards.get(p))));
    const total = applied.reduce((sum, sequence) => sum + sequence, 0);
    if (total > before) stalledMs = 0;
    before = total;
    onProgress(total, wanted);
    if (total === wanted) return;
    await delay(POLL_MS, undefined, { signal });
  }
}

const NOBODY = { dealer() {}, scope() {}, instrument() {}, row() {} };

function sequenceOf(board: BoardBuffer | undefined): number {
  if (board === undefined) return 0;
  return new BoardReader(board, NOBODY).read(({ header }) => header[HEADER.sequence]!);
}

function readSums(
  boards: ReadonlyMap<number, BoardBuffer>,
  { partitions, model, ends }: ReplayOptions,
): EngineSums {
  const index = new RowIndex();
  const board = createBoard(mergedShape(partitions));
  const merged = new MergedBoard(board, partitions, model, index);
  for (const [partition, each] of boards) merged.attach(partition, each);
  merged.refresh();
  const { header } = merged.writer;
  if (header[HEADER.rows] === 0) {
    throw new FirstcallError('emptyLog', 'the log has led to no observation yet');
  }
  const from = HEADER.partitions;
  const asOf = header[HEADER.watermark]!;
  return {
    // Mids of `all` below a partition's watermark are final, however much further `all` is read.
    position: { partitions: [...header.subarray(from, from + partitions)], all: ends.all },
    asOf,
    rows: header[HEADER.rows]!,
    figures: figuresOf(board, model, asOf),
  };
}

function figuresOf(board: BoardBuffer, model: Model, asOf: Micros) {
  const metrics = metricsOf(model);
  const times = metrics.map(({ halfLives }) => halfLives.map((h) => decayTime(asOf, h)));
  const names = { scopes: [] as string[], dealers: [] as string[], keys: [] as string[] };
  const figures = new Map(metrics.map(({ name }) => [name, new Map<string, Figures>()]));
  const listener = {
    scope: (name: string) => names.scopes.push(name),
    dealer: (name: string) => names.dealers.push(name),
    instrument: () => {},
    row: (scope: number, dealer: number) =>
      names.keys.push(`${names.scopes[scope]} ${names.dealers[dealer]}`),
  };
  new BoardReader(board, listener).read(({ cells, blocks }) => {
    for (const [row, key] of names.keys.entries()) {
      for (const column of columnsOf(maskAt(cells, blocks[row]!))) {
        if (isMark(column)) continue;
        const at = cellAt(cells, blocks[row]!, column);
        if (cells[at + COUNT] === 0) continue;
        figures.get(metrics[column]!.name)!.set(key, {
          observations: cells[at + COUNT]!,
          mean: times[column]!.map((_, memory) => cellMean(cells, at, memory)),
          mass: times[column]!.map((time, memory) => cellMass(cells, at, memory, time)),
          nEff: times[column]!.map((_, memory) => cellEffectiveSample(cells, at, memory)),
          variance: times[column]!.map((_, memory) => cellVariance(cells, at, memory)),
        });
      }
    }
  });
  return figures;
}
