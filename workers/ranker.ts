import { workerData } from 'piscina';
import { HEADER } from '../engine/scoreboard/board.ts';
import { MergedBoard } from '../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../engine/scoreboard/row-index.ts';
import { copyBlock } from '../engine/scoring/block.ts';
import { resolveWeights } from '../engine/scoring/composite.ts';
import { MICROS_PER_SECOND } from '../engine/scoring/model.ts';
import { chainOf, isCoarse, POOL_DEALER } from '../engine/scoring/scopes.ts';
import { PlaceDescriber } from '../engine/selection/describe.ts';
import { type RankOptions, rank } from '../engine/selection/rank.ts';
import { parseTopic, type Topic } from '../engine/selection/topic.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { SumsRow, TopicRow } from '../schemas/protocol.ts';
import type { ScoredDealer } from '../schemas/selection.ts';
import type { RankerData, RankResult, RankTask } from './messages.ts';
import { type FrozenSums, TierKeeper, type TierVerdict } from './tier-keeper.ts';
import { type FrameContext, type TopicFrames, TopicState } from './topic-frames.ts';

/** A topic whose sums have not changed is ranked again after this much event time: mass decays. */
const REFRESH_MICROS = 10 * MICROS_PER_SECOND;

/**
 * Coarse scopes that nobody watches are ranked once in so many ticks, for history and for readers of
 * the NATS subjects, whom the engine cannot see.
 */
const BACKGROUND_TICKS = 10;

/** The state of this thread; its pool has one, so that every tick finds it. */
let ranker: Ranker | undefined;

/** One tick: merges what the shards have published, and ranks what somebody wants to see. */
export default function tick(task: RankTask): RankResult {
  ranker ??= new Ranker(workerData as RankerData);
  return ranker.tick(task);
}

class Ranker {
  readonly #data: RankerData;
  readonly #index = new RowIndex();
  readonly #merged: MergedBoard;
  readonly #tiers: TierKeeper;
  readonly #topics = new Map<string, { readonly topic: Topic; readonly state: TopicState }>();
  #ticks = 0;

  constructor(data: RankerData) {
    this.#data = data;
    this.#tiers = new TierKeeper(data.model, data.partitions);
    this.#merged = new MergedBoard(data.merged, data.partitions, data.model, this.#index);
    if (data.tiers === null) return;
    for (const [assetClass, dealers] of this.#tiers.restore(data.tiers)) {
      for (const [dealerId, tier] of dealers) this.#merged.setTier(assetClass, dealerId, tier);
    }
    this.#merged.setTiersAt(this.#tiers.tsJudged);
  }

  tick({ watched, greeted, attach, frozen, keepsTiers }: RankTask): RankResult {
    for (const { partition, board } of attach) this.#merged.attach(partition, board);
    const verdicts = this.#judge(frozen);
    this.#markStale(this.#refresh());
    const scopes = this.#index.scopes.filter(isCoarse).sort();
    const standing = new Set([...watched, ...scopes]);
    for (const name of this.#topics.keys()) if (!standing.has(name)) this.#topics.delete(name);
    const due = this.#ticks++ % BACKGROUND_TICKS === 0 ? standing : watched;
    const updates = [...due]
      .map((name) => this.#update(name, greeted.includes(name)))
      .filter((update) => update !== null);
    return { updates, scopes, verdicts, tiers: keepsTiers ? this.#tiers.snapshot() : null };
  }

  /** Tiers go into the merged rows, and so to whoever selects or holds a replica. */
  #judge(frozen: readonly FrozenSums[]): TierVerdict[] {
    for (const each of frozen) this.#tiers.take(each);
    const verdicts = this.#tiers.judge();
    for (const { assetClass, changes } of verdicts) {
      for (const { dealerId, to } of changes) this.#merged.setTier(assetClass, dealerId, to);
    }
    this.#merged.setTiersAt(this.#tiers.tsJudged);
    return verdicts;
  }

  /**
   * Any sums enter every estimate, through `ALL` and the pool. What has changed at instruments alone,
   * axes and markets, concerns just them.
   */
  #markStale(changed: ReadonlySet<string>): void {
    const isWide = [...changed].some((scope) => !scope.startsWith('instrument:'));
    for (const { topic, state } of this.#topics.values()) {
      if (isWide || changed.has(topic.scope)) state.stale = true;
    }
  }

  /**
   * The scopes whose rows have changed. A board that changes faster than it can be read is read at the
   * next tick.
   */
  #refresh(): ReadonlySet<string> {
    try {
      return this.#merged.refresh();
    } catch (error) {
      if (error instanceof FirstcallError && error.code === 'scoreboardBusy') return new Set();
      throw error;
    }
  }

  /** Whoever begins to watch a topic is greeted with its state, changed or not. */
  #update(name: string, isGreeted: boolean): TopicFrames | null {
    let entry = this.#topics.get(name);
    if (entry === undefined) {
      const topic = parseTopic(name, this.#data.model);
      if (topic === null) return null;
      entry = { topic, state: new TopicState(name) };
      this.#topics.set(name, entry);
    }
    const { topic, state } = entry;
    const isDue = isGreeted || state.stale || this.asOf - state.asOf >= REFRESH_MICROS;
    if (!isDue) return null;
    const context = this.#context(topic.scope);
    const frames = state.next(this.#rows(topic), context);
    return frames ?? (isGreeted ? state.whole(context) : null);
  }

  #rows({ kind, scope, metric }: Topic): TopicRow[] {
    // Before the first event there is no moment to score at.
    if (this.asOf === 0) return [];
    return kind === 'sums' ? this.#sums(scope) : this.#rank(scope, metric);
  }

  get asOf(): number {
    return this.#merged.writer.header[HEADER.watermark]!;
  }

  #context(scope: string): FrameContext {
    const { header } = this.#merged.writer;
    const from = HEADER.partitions;
    return {
      asOf: this.asOf,
      position: {
        partitions: [...header.subarray(from, from + this.#data.partitions)],
        all: header[HEADER.allSequence]!,
        tiers: header[HEADER.tiers]!,
      },
      modelHash: this.#data.modelHash,
      instrument: this.#instrumentOf(scope),
    };
  }

  #instrumentOf(scope: string) {
    const [kind, id] = splitScope(scope);
    return kind === 'instrument' ? this.#index.instruments.get(id) : undefined;
  }

  #chain(scope: string): string[] {
    return chainOf(scope, (id) => this.#index.instruments.get(id), this.asOf);
  }

  #rank(scope: string, metric: RankOptions['metric']): ScoredDealer[] {
    const { cells, blocks } = this.#merged.writer;
    const rows = this.#index.rowsOf(this.#chain(scope), cells, blocks);
    const options: RankOptions = {
      asOf: this.asOf,
      model: this.#data.model,
      weights: resolveWeights(),
      rankedScope: 0,
      ...(metric === undefined ? {} : { metric }),
    };
    const ranking = rank(rows, options);
    const describer = new PlaceDescriber(rows, ranking, options);
    return Array.from(ranking.order, (_, place) => describer.describe(place)).filter((dealer) =>
      dealer.metrics.some((m) => m.effectiveSample > 0),
    );
  }

  /** Rows for a replica: that of `*` too, the pool or an instrument's market, where the scope has it. */
  #sums(scope: string): SumsRow[] {
    const { cells, blocks } = this.#merged.writer;
    const { dealers, scopes, marketRow } = this.#index.rowsOf([scope], cells, blocks);
    const rows: SumsRow[] = [];
    const pack = (row: number) => [...copyBlock(cells, blocks[row]!)];
    for (const [i, dealerId] of dealers.entries()) {
      const row = scopes[0]!.rows[i]!;
      if (row >= 0) rows.push({ dealerId, sums: pack(row) });
    }
    if (marketRow >= 0) rows.push({ dealerId: POOL_DEALER, sums: pack(marketRow) });
    return rows;
  }
}

function splitScope(scope: string): [kind: string, id: string] {
  const colon = scope.indexOf(':');
  return [scope.slice(0, Math.max(0, colon)), scope.slice(colon + 1)];
}
