import { type BoardBuffer, HEADER } from '../engine/scoreboard/board.ts';
import { MergedBoard } from '../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../engine/scoreboard/row-index.ts';
import { resolveWeights } from '../engine/scoring/composite.ts';
import { MICROS_PER_SECOND } from '../engine/scoring/model.ts';
import { packRow } from '../engine/scoring/packed-row.ts';
import { chainOf, isCoarse, POOL_DEALER } from '../engine/scoring/scopes.ts';
import { PlaceDescriber } from '../engine/selection/describe.ts';
import { type RankOptions, rank } from '../engine/selection/rank.ts';
import { parseTopic, type Topic } from '../engine/selection/topic.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { Micros } from '../schemas/ids.ts';
import type { SumsRow, TopicRow } from '../schemas/protocol.ts';
import type { ScoredDealer } from '../schemas/selection.ts';
import type { RankerData } from './messages.ts';
import { type FrameContext, type TopicFrames, TopicState } from './topic-frames.ts';

/** A topic whose sums have not changed is ranked again after this much event time: mass decays. */
const REFRESH_MICROS = 10 * MICROS_PER_SECOND;

type TopicRankerOptions = Pick<RankerData, 'partitions' | 'merged' | 'model' | 'modelHash'>;

interface Ranked {
  readonly topic: Topic;
  readonly state: TopicState;
}

/** The merged board and the topics that are ranked from it. Belongs to one thread. */
export class TopicRanker {
  readonly #data: TopicRankerOptions;
  readonly #index = new RowIndex();
  readonly #merged: MergedBoard;
  readonly #topics = new Map<string, Ranked>();
  #watched: readonly string[] = [];
  /** Segments, asset classes and `ALL` that have been observed, sorted. */
  #coarse: readonly string[] = [];
  #scopesSeen = 0;
  #toldScopes: readonly string[] | null = null;
  #isBehind = false;

  constructor(data: TopicRankerOptions) {
    this.#data = data;
    this.#merged = new MergedBoard(data.merged, data.partitions, data.model, this.#index);
  }

  attach(partition: number, board: BoardBuffer): void {
    this.#merged.attach(partition, board);
  }

  setTier(assetClass: string, dealerId: string, tier: number | null): void {
    this.#merged.setTier(assetClass, dealerId, tier);
  }

  setTiersAt(tsMidnight: Micros): void {
    this.#merged.setTiersAt(tsMidnight);
  }

  /** The topics that somebody wants; others but the coarse scopes are forgotten. */
  watch(topics: readonly string[]): void {
    this.#watched = topics;
    const standing = new Set([...topics, ...this.#coarse]);
    for (const name of this.#topics.keys()) if (!standing.has(name)) this.#topics.delete(name);
  }

  /** Reads what the shards have published, and ranks what is watched where that changes it. */
  refresh(): TopicFrames[] {
    this.#markStale(this.#readBoards());
    this.#findScopes();
    return this.#watched.flatMap((name) => this.update(name, false));
  }

  /** Whether the last `refresh` found a board that changed faster than it could be read. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Coarse scopes that have changed, or may have, and that nobody watches. */
  unwatched(): string[] {
    const watched = new Set(this.#watched);
    return this.#coarse.filter((name) => !watched.has(name));
  }

  /** All coarse scopes, if they are others than when this was last asked; else null. */
  newScopes(): readonly string[] | null {
    if (this.#toldScopes === this.#coarse) return null;
    this.#toldScopes = this.#coarse;
    return this.#coarse;
  }

  /**
   * The new frames of a topic: none when subscribers hold its state already. Whoever begins to watch a
   * topic is greeted with its state, changed or not.
   */
  update(name: string, isGreeted: boolean): TopicFrames[] {
    const ranked = this.#topics.get(name) ?? this.#open(name);
    if (ranked === null) return [];
    const { topic, state } = ranked;
    const isDue = isGreeted || state.stale || this.asOf - state.asOf >= REFRESH_MICROS;
    if (!isDue) return [];
    const context = this.#context(topic.scope);
    const frames = state.next(this.#rows(topic), context);
    if (frames !== null) return [frames];
    return isGreeted ? [state.whole(context)] : [];
  }

  get asOf(): number {
    return this.#merged.writer.header[HEADER.watermark]!;
  }

  #open(name: string): Ranked | null {
    const topic = parseTopic(name, this.#data.model);
    if (topic === null) return null;
    const ranked = { topic, state: new TopicState(name) };
    this.#topics.set(name, ranked);
    return ranked;
  }

  /**
   * Any sums enter every estimate, through `ALL` and the pool. What has changed at instruments alone,
   * axes and markets, concerns just them.
   */
  #markStale(changed: ReadonlySet<string>): void {
    let isWide = false;
    for (const scope of changed) isWide ||= !scope.startsWith('instrument:');
    for (const { topic, state } of this.#topics.values()) {
      if (isWide || changed.has(topic.scope)) state.stale = true;
    }
  }

  /** The scopes whose rows have changed. */
  #readBoards(): ReadonlySet<string> {
    try {
      const changed = this.#merged.refresh();
      this.#isBehind = false;
      return changed;
    } catch (error) {
      this.#isBehind = error instanceof FirstcallError && error.code === 'scoreboardBusy';
      if (this.#isBehind) return new Set();
      throw error;
    }
  }

  /** Scopes are only ever added. */
  #findScopes(): void {
    const { scopes } = this.#index;
    if (scopes.length === this.#scopesSeen) return;
    const found = scopes.slice(this.#scopesSeen).filter(isCoarse);
    this.#scopesSeen = scopes.length;
    if (found.length > 0) this.#coarse = [...this.#coarse, ...found].sort();
  }

  #rows({ kind, scope, metric }: Topic): TopicRow[] {
    // Before the first event there is no moment to score at.
    if (this.asOf === 0) return [];
    return kind === 'sums' ? this.#sums(scope) : this.#rank(scope, metric);
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
    const rows = this.#index.rowsOf(this.#chain(scope), this.#merged.writer);
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
    const { writer } = this.#merged;
    const { dealers, scopes, marketRow } = this.#index.rowsOf([scope], writer);
    const rows: SumsRow[] = [];
    const pack = (row: number) => [...packRow(writer, row)];
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
