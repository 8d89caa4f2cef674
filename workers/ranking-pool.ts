import { Piscina } from 'piscina';
import { distFile } from '../engine/platform/dist.ts';
import { type BoardBuffer, createBoard, mergedShape } from '../engine/scoreboard/board.ts';
import type { Model } from '../engine/scoring/model.ts';
import type { RankerData, RankResult, RankTask } from './messages.ts';
import type { FrozenSums, TierSnapshot } from './tier-keeper.ts';

export interface RankingPoolOptions {
  readonly partitions: number;
  readonly model: Model;
  readonly modelHash: string;
  readonly tickMs: number;
  /** What the keeper of tiers goes on from; null: nothing. */
  readonly tiers: TierSnapshot | null;
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
  #keepsTiers = false;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(options: RankingPoolOptions) {
    this.#options = options;
    this.merged = createBoard(mergedShape(options.partitions));
    const { partitions, model, modelHash, tiers } = options;
    const data: RankerData = { partitions, model, modelHash, tiers, merged: this.merged };
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

  /** The next tick brings the keeper of tiers with it. */
  keepTiers(): void {
    this.#keepsTiers = true;
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

  /** `keepsTiers`: what waits is judged before the end, and the keeper of tiers is told once more. */
  async stop(keepsTiers: boolean): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
    this.#keepsTiers = keepsTiers;
    if (keepsTiers) await this.#tick();
    await this.#pool.destroy();
  }

  async #tick(): Promise<void> {
    const attach = [...this.#boards].map(([partition, board]) => ({ partition, board }));
    const greeted = [...this.#greeted];
    const frozen = this.#frozen;
    const keepsTiers = this.#keepsTiers;
    this.#boards.clear();
    this.#greeted.clear();
    this.#frozen = [];
    this.#keepsTiers = false;
    const task = { watched: this.#watched, greeted, attach, frozen, keepsTiers };
    try {
      this.#options.onTick(await this.#pool.run(task));
    } catch (error) {
      // The merged board has lost its writer, and nothing can take its place.
      this.#options.onFatal(error);
    }
  }
}
