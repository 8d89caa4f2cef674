import { Piscina } from 'piscina';
import { distFile } from '../engine/platform/dist.ts';
import { Bell } from '../engine/scoreboard/bell.ts';
import { type BoardBuffer, createBoard, mergedShape } from '../engine/scoreboard/board.ts';
import type { Model } from '../engine/scoring/model.ts';
import type { RankerData, RankResult, RankTask } from './messages.ts';
import type { FrozenSums, TierSnapshot } from './tier-keeper.ts';

export interface RankingPoolOptions {
  readonly partitions: number;
  readonly model: Model;
  readonly modelHash: string;
  /** Least time from one tick that reads boards to the next. */
  readonly tickMs: number;
  /** What the keeper of tiers goes on from; null: nothing. */
  readonly tiers: TierSnapshot | null;
  /** Takes what a tick brought. The next one begins when it resolves: one that is slow makes ticks rarer. */
  onTick(result: RankResult): Promise<void>;
  /** The ranking thread is gone. */
  onFatal(error: unknown): void;
}

/** The ranking thread: one tick after another, each of which waits for something to rank. */
export class RankingPool {
  /** Sums of all partitions, to be read by whoever selects. Written by the ranking thread alone. */
  readonly merged: BoardBuffer;
  /** To be rung when boards have changed. */
  readonly bell = new Bell();
  /** Rung when the tick under way is to end, since the next one has something else to do. */
  readonly #calls = new Bell();
  readonly #options: RankingPoolOptions;
  readonly #pool: Piscina<RankTask, RankResult>;
  readonly #boards = new Map<number, BoardBuffer>();
  #frozen: FrozenSums[] = [];
  #watched: readonly string[] = [];
  #hasNewWatched = false;
  readonly #greeted = new Set<string>();
  #keepsTiers = false;
  #isStopping = false;
  readonly #running: Promise<void>;

  constructor(options: RankingPoolOptions) {
    this.#options = options;
    this.merged = createBoard(mergedShape(options.partitions));
    const { partitions, model, modelHash, tickMs, tiers } = options;
    const bells = { boards: this.bell.buffer, calls: this.#calls.buffer };
    const scoring = { partitions, model, modelHash, merged: this.merged };
    const data: RankerData = { ...scoring, ...bells, tickMs, tiers };
    this.#pool = new Piscina({
      filename: distFile('workers/ranker.js'),
      workerData: data,
      minThreads: 1,
      maxThreads: 1,
    });
    this.#running = this.#run();
  }

  attach(partition: number, board: BoardBuffer): void {
    this.#boards.set(partition, board);
    this.#call();
  }

  /** A partition has passed a midnight. */
  freeze(frozen: FrozenSums): void {
    this.#frozen.push(frozen);
    this.#call();
  }

  /** The next tick brings the keeper of tiers with it. */
  keepTiers(): void {
    this.#keepsTiers = true;
    this.#call();
  }

  watch(topics: readonly string[]): void {
    const before = new Set(this.#watched);
    for (const topic of topics) if (!before.has(topic)) this.#greeted.add(topic);
    this.#watched = topics;
    this.#hasNewWatched = true;
    this.#call();
  }

  /** `keepsTiers`: what waits is judged before the end, and the keeper of tiers is told once more. */
  async stop(keepsTiers: boolean): Promise<void> {
    this.#isStopping = true;
    this.#call();
    await this.#running;
    this.#keepsTiers = keepsTiers;
    if (keepsTiers) await this.#tick();
    await this.#pool.destroy();
  }

  /** Whichever of the two the thread waits for. */
  #call(): void {
    this.#calls.ring();
    this.bell.ring();
  }

  async #run(): Promise<void> {
    // The owner has not got hold of this yet.
    await Promise.resolve();
    while (!this.#isStopping) await this.#tick();
  }

  async #tick(): Promise<void> {
    try {
      await this.#options.onTick(await this.#pool.run(this.#nextTask()));
    } catch (error) {
      // The merged board has lost its writer, and nothing can take its place.
      this.#isStopping = true;
      this.#options.onFatal(error);
    }
  }

  #nextTask(): RankTask {
    const task: RankTask = {
      watched: this.#hasNewWatched ? this.#watched : null,
      greeted: [...this.#greeted],
      attach: [...this.#boards].map(([partition, board]) => ({ partition, board })),
      frozen: this.#frozen,
      keepsTiers: this.#keepsTiers,
      called: this.#calls.count,
    };
    this.#hasNewWatched = false;
    this.#boards.clear();
    this.#greeted.clear();
    this.#frozen = [];
    this.#keepsTiers = false;
    return task;
  }
}
