import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { distFile } from '../../engine/platform/dist.ts';
import { Bell } from '../../engine/scoreboard/bell.ts';
import { HEADER } from '../../engine/scoreboard/board.ts';
import { type BoardListener, BoardReader } from '../../engine/scoreboard/board-reader.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { ShardPool } from '../../workers/shard-pool.ts';
import type { BareTask } from './bare-thread.ts';
import type { Applied } from './sighting-role.ts';

/** A log that is read, and how many threads read it, each some of its partitions. */
export interface SightedLog {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly threads: number;
}

/** What threads have come to, as another thread sees it in shared memory. */
export interface Sighted {
  /** Rung when they have come further. */
  readonly bell: Bell;
  /** The sequence of a partition's stream that is reached. */
  reached(partition: number): number;
  /** Null: nothing is scored. */
  applied(): Applied | null;
  stop(): Promise<void>;
}

const NOBODY: BoardListener = { dealer() {}, scope() {}, instrument() {}, row() {} };

/** Shards, and what their scoreboards say. */
export function openShards({ natsUrl, log, partitions, threads }: SightedLog): Sighted {
  const bell = new Bell();
  const readers: BoardReader[] = [];
  const pool = new ShardPool({
    natsUrl,
    log,
    partitions,
    shards: threads,
    model: DEFAULT_MODEL,
    bell,
    onBoard: (partition, board) => {
      readers[partition] = new BoardReader(board, NOBODY);
    },
    // It is started again, which shows in the latencies.
    onFailure: (_, error) => console.error(error),
    onCaughtUp: () => {},
    onFrozen: () => {},
    onCounters: () => {},
  });
  return {
    bell,
    reached: (partition) => headerField(readers[partition]!, HEADER.sequence),
    applied: () => ({
      events: sumOf(readers, HEADER.events),
      refused: sumOf(readers, HEADER.deadLetters) + sumOf(readers, HEADER.late),
    }),
    stop: () => pool.stop(),
  };
}

const headerField = (reader: BoardReader, field: number): number =>
  reader.read(({ header }) => header[field]!);

const sumOf = (readers: readonly BoardReader[], field: number): number =>
  readers.reduce((sum, reader) => sum + headerField(reader, field), 0);

/** Threads of the same kind that do nothing with what they read. */
export function openBare({ natsUrl, log, partitions, threads }: SightedLog): Sighted {
  const bell = new Bell();
  const counts = new Int32Array(new SharedArrayBuffer(partitions * 4));
  const controls: MessageChannel[] = [];
  const pools = Array.from({ length: threads }, (_, thread) => {
    const pool = new Piscina<BareTask, void>({
      filename: distFile('bench/publish-to-score/bare-thread.js'),
      minThreads: 1,
      maxThreads: 1,
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const control = new MessageChannel();
    controls.push(control);
    const hosted = [...Array(partitions).keys()].filter((p) => p % threads === thread);
    const task = { natsUrl, log, hosted, counts, bell: bell.buffer, control: control.port2 };
    return { pool, running: pool.run(task, { transferList: [control.port2] }) };
  });
  return {
    bell,
    // A stream's sequences begin with 1 and have no gaps.
    reached: (partition) => Atomics.load(counts, partition),
    applied: () => null,
    stop: async () => {
      for (const { port1 } of controls) port1.postMessage('stop');
      for (const { pool, running } of pools) {
        await running;
        await pool.destroy();
      }
    },
  };
}
