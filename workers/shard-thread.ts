import { Piscina } from 'piscina';
import { distFile } from '../engine/platform/dist.ts';
import type { ShardFailure, ShardTask } from './messages.ts';
import { abortWhenLost } from './thread-loss.ts';

/**
 * The thread of one shard, and the next one when it ends. Piscina puts no other in the place of a thread
 * that ends before it runs, and what it was to do then waits for ever: so each shard has a pool of its
 * own, which is replaced.
 */
export class ShardThread {
  readonly #filename: string;
  #pool: Piscina<ShardTask, ShardFailure | null>;

  /** `filename`: what the thread runs. */
  constructor(filename = distFile('workers/shard.js')) {
    this.#filename = filename;
    this.#pool = newPool(filename);
  }

  get threads(): Piscina['threads'] {
    return this.#pool.threads;
  }

  /** Rejects when the shard does or its thread ends. */
  async run(task: ShardTask): Promise<ShardFailure | null> {
    if (this.threads.length === 0) await this.#replace();
    const pool = this.#pool;
    const lost = new AbortController();
    const stopWatching = abortWhenLost(pool, lost);
    try {
      return await pool.run(task, { transferList: [task.control], signal: lost.signal });
    } finally {
      stopWatching();
    }
  }

  async #replace(): Promise<void> {
    await this.#pool.destroy();
    this.#pool = newPool(this.#filename);
  }

  async destroy(): Promise<void> {
    await this.#pool.destroy();
  }
}

function newPool(filename: string): Piscina<ShardTask, ShardFailure | null> {
  const pool = new Piscina<ShardTask, ShardFailure | null>({
    filename,
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: 1,
    // Decoding makes much short-lived garbage; a larger nursery collects it ten times less often.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  // A thread that fails without a task; the next task gets another one.
  pool.on('error', () => {});
  return pool;
}
