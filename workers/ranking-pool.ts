import { Piscina } from 'piscina';
import { distFile } from '../engine/platform/dist.ts';
import { type BoardBuffer, createBoard, mergedShape } from '../engine/scoreboard/board.ts';
import type { Model } from '../engine/scoring/model.ts';
import type { RankerData, RankResult, RankTask } from './messages.ts';
import type { FrozenSums } from './tier-keeper.ts';

export interface RankingPoolOptions {
  readonly partitions: number;
  readonly model: Model;
  readonly modelHash: string;
  readonly tickMs: number;
  onTick(result: RankResult): void;
  /** The ranking thread is gone. */
  onFatal(error: unknown): void;
}

/** The ranking thread and its clock. One tick at a time: a slow one makes the next one late. */
export class RankingPool {
  /** Sums of all partitions, to be read by whoever selects. Written by the ranking thread alone. */
  readonly merged: BoardBuffer;
  readonly #options: RankingPoolOptions;
  readonly #pool: Piscina<RankTask, RankResult>;
  readonly #boards = new Map<number, BoardBuffer>();
  #frozen: FrozenSums[] = [];
  #watched: readonly string[] = [];
  readonly #greeted = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(options: RankingPoolOptions) {
    this.#options = options;
    this.merged = createBoard(mergedShape(options.partitions));
    const { partitions, model, modelHash } = options;
    const data: RankerData = { partitions, model, modelHash, merged: this.merged };
    this.#pool = new Piscina({
      filename: distFile('workers/ranker.js'),
      workerData: data,
      minThreads: 1,
      maxThreads: 1,
    });
    this.#timer = setInterval(() => this.tick(), options.tickMs);
  }

  attach(partition: number, board: BoardBuffer): void {
    this.#boards.set(partition, board);
  }

  /** A partition has passed a midnight. */
  freeze(frozen: FrozenSums): void {
    this.#frozen.push(frozen);
  }

  watch(topics: readonly string[]): void {
    const before = new Set(this.#watched);
    for (const topic of topics) if (!before.has(topic)) this.#greeted.add(topic);
    this.#watched = topics;
  }

  /** Begins a tick unless one is under way. */
  tick(): void {
    this.#running ??= this.#tick().finally(() => {
      this.#running = null;
    });
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
    await this.#pool.destroy();
  }

  async #tick(): Promise<void> {
    const attach = [...this.#boards].map(([partition, board]) => ({ partition, board }));
    const greeted = [...this.#greeted];
    const frozen = this.#frozen;
    this.#boards.clear();
    this.#greeted.clear();
    this.#frozen = [];
    const task = { watched: this.#watched, greeted, attach, frozen };
    try {
      this.#options.onTick(await this.#pool.run(task));
    } catch (error) {
      // The merged board has lost its writer, and nothing can take its place.
      this.#options.onFatal(error);
    }
  }
}
