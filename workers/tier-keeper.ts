import { maskAt } from '../engine/scoring/block.ts';
import { BlockArena } from '../engine/scoring/block-arena.ts';
import { resolveWeights } from '../engine/scoring/composite.ts';
import { type HalfLivesByColumn, mergeBlock } from '../engine/scoring/merge-block.ts';
import { MICROS_PER_DAY, type Model, metricsOf } from '../engine/scoring/model.ts';
import { ROW_TIMES } from '../engine/scoring/row-memory.ts';
import { ALL_SCOPE, isAssetClass, POOL_DEALER } from '../engine/scoring/scopes.ts';
import { type ScoreRows, scopeRows } from '../engine/scoring/score-rows.ts';
import { rank } from '../engine/selection/rank.ts';
import { type Standing, TierBook, type TierChange, type Tiers } from '../engine/selection/tiers.ts';
import type { DealerId, Micros } from '../schemas/ids.ts';

/** The sums of one row at a midnight, a block (block.ts). */
export interface FrozenRow {
  readonly scope: string;
  readonly dealer: string;
  readonly block: Float64Array;
}

/** What a partition held when its watermark passed a UTC midnight. */
export interface FrozenSums {
  readonly partition: number;
  /** Days since the epoch that the midnight begins. */
  readonly day: number;
  /** The message of the partition's stream by which it did. */
  readonly sequence: number;
  /** Of asset classes and `ALL`. */
  readonly rows: readonly FrozenRow[];
}

/** The tiers of one asset class that a midnight has changed. */
export interface TierVerdict {
  readonly assetClass: string;
  /** The midnight. */
  readonly tsEvent: Micros;
  readonly changes: readonly TierChange[];
}

/** A `TierKeeper`, as a snapshot has it. */
export interface TierSnapshot {
  readonly tiers: Tiers;
  readonly waiting: FrozenSums[][];
  readonly newest: number[];
  readonly sequences: number[];
  readonly tsJudged: Micros;
}

/**
 * Midnights of one partition that wait for the slowest one; past it the oldest is passed over, and the
 * partition counts for that day with its next.
 */
const WAITING_MAX = 512;

/**
 * Gives dealers their tiers at each midnight, once every partition has passed it, from the sums that
 * each had then: the same for every engine that reads the log, however fast.
 */
export class TierKeeper {
  readonly #model: Model;
  readonly #book: TierBook;
  /** By partition: midnights not judged yet, oldest first. */
  #waiting: FrozenSums[][];
  /** By partition: its newest midnight; what a rebuilt partition tells again is older. */
  #newest: number[];
  /** By partition: the message by which it passed that one; 0: none. */
  #sequences: number[];
  #tsJudged: Micros = 0;

  constructor(model: Model, partitions: number) {
    this.#model = model;
    this.#book = new TierBook(model.tiers);
    this.#waiting = Array.from({ length: partitions }, () => []);
    this.#newest = Array.from({ length: partitions }, () => -1);
    this.#sequences = Array.from({ length: partitions }, () => 0);
  }

  /** The newest midnight that is judged; 0: none. */
  get tsJudged(): Micros {
    return this.#tsJudged;
  }

  /** By partition: its newest midnight that was taken, in days; -1: none. */
  get newest(): readonly number[] {
    return this.#newest;
  }

  snapshot(): TierSnapshot {
    return {
      tiers: this.#book.snapshot(),
      waiting: this.#waiting,
      newest: this.#newest,
      sequences: this.#sequences,
      tsJudged: this.#tsJudged,
    };
  }

  /** Returns who is in which tier. */
  restore({ tiers, waiting, newest, sequences, tsJudged }: TierSnapshot): Tiers {
    this.#book.restore(tiers);
    this.#waiting = waiting;
    this.#newest = newest;
    this.#sequences = sequences;
    this.#tsJudged = tsJudged;
    return tiers;
  }

  take(frozen: FrozenSums): void {
    const { partition, day, sequence } = frozen;
    if (day <= this.#newest[partition]!) return;
    this.#newest[partition] = day;
    this.#sequences[partition] = sequence;
    const waiting = this.#waiting[partition]!;
    waiting.push(frozen);
    if (waiting.length > WAITING_MAX) waiting.shift();
  }

  /**
   * Judges every midnight that all partitions have passed. A partition that passed several at once
   * counts with the same sums for each of them.
   */
  judge(): TierVerdict[] {
    const verdicts: TierVerdict[] = [];
    while (this.#waiting.every((waiting) => waiting.length > 0)) {
      const heads = this.#waiting.map((waiting) => waiting[0]!);
      const day = Math.min(...heads.map((head) => head.day));
      verdicts.push(...this.#judgeDay(day, heads));
      for (const waiting of this.#waiting) if (waiting[0]!.day === day) waiting.shift();
    }
    return verdicts;
  }

  #judgeDay(day: number, partitions: readonly FrozenSums[]): TierVerdict[] {
    const tsEvent = day * MICROS_PER_DAY;
    this.#tsJudged = Math.max(this.#tsJudged, tsEvent);
    const sums = mergeFrozen(partitions, this.#model);
    const assetClasses = [...sums.scopes].filter(isAssetClass).sort();
    return assetClasses.flatMap((assetClass): TierVerdict[] => {
      const standings = standingsOf(sums.rowsOf(assetClass), tsEvent, this.#model);
      const changes = this.#book.judge(assetClass, standings);
      return changes.length === 0 ? [] : [{ assetClass, tsEvent, changes }];
    });
  }
}

/** Every dealer of the asset class by id, with the composite of the base weights. */
function standingsOf(rows: ScoreRows, asOf: Micros, model: Model): Standing[] {
  const ranking = rank(rows, { asOf, model, weights: resolveWeights(), rankedScope: 0 });
  const sufficient = new Set(ranking.order.slice(0, ranking.sufficientCount));
  return rows.dealers.flatMap((dealerId, dealer): Standing[] => {
    if (rows.scopes[0]!.rows[dealer]! < 0) return [];
    return [{ dealerId, composite: sufficient.has(dealer) ? ranking.composites[dealer]! : null }];
  });
}

/** The partitions' sums, added in partition order. */
function mergeFrozen(partitions: readonly FrozenSums[], model: Model) {
  const arena = BlockArena.growing();
  const halfLives = metricsOf(model).map((metric) => metric.halfLives);
  const parts = new Map<string, Map<string, Float64Array[]>>();
  for (const { scope, dealer, block } of partitions.flatMap(({ rows }) => rows)) {
    const dealers = parts.get(scope) ?? new Map<string, Float64Array[]>();
    parts.set(scope, dealers);
    dealers.set(dealer, [...(dealers.get(dealer) ?? []), block]);
  }
  const blocks: number[] = [];
  const rowOf = new Map<string, number>();
  for (const [scope, dealers] of parts) {
    for (const [dealer, sources] of dealers) {
      rowOf.set(`${scope} ${dealer}`, blocks.length);
      blocks.push(mergeBlocks(arena, sources, halfLives));
    }
  }
  const dealers = [...(parts.get(ALL_SCOPE)?.keys() ?? [])].filter((id) => id !== POOL_DEALER);
  dealers.sort();
  return {
    scopes: parts.keys(),
    rowsOf: (assetClass: string): ScoreRows => ({
      cells: arena.cells,
      blocks: Int32Array.from(blocks),
      times: new Float64Array(ROW_TIMES * blocks.length),
      dealers: dealers as DealerId[],
      scopes: [assetClass, ALL_SCOPE].map((scope) =>
        scopeRows(
          scope,
          Int32Array.from(dealers, (dealer) => rowOf.get(`${scope} ${dealer}`) ?? -1),
        ),
      ),
      poolRow: rowOf.get(`${ALL_SCOPE} ${POOL_DEALER}`) ?? -1,
      marketRow: -1,
    }),
  };
}

function mergeBlocks(
  arena: BlockArena,
  sources: readonly Float64Array[],
  halfLives: HalfLivesByColumn,
): number {
  const block = arena.allocate(sources.reduce((mask, source) => mask | maskAt(source, 0), 0));
  for (const source of sources) mergeBlock(arena.cells, block, source, 0, halfLives);
  return block;
}
