import { workerData } from 'piscina';
import { DEFAULT_RULES } from '../engine/rules/rules.ts';
import { HEADER } from '../engine/scoreboard/board.ts';
import { MergedBoard } from '../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../engine/scoreboard/row-index.ts';
import { CELL_FIELDS, CELL_STRIDE } from '../engine/scoring/cell.ts';
import { COLUMN_COUNT, MICROS_PER_SECOND } from '../engine/scoring/model.ts';
import {
  ALL_SCOPE,
  isCoarse,
  POOL_DEALER,
  parentChain,
  scopeChain,
} from '../engine/scoring/scopes.ts';
import { describePlace, type RankOptions, rank } from '../engine/selection/rank.ts';
import { parseTopic } from '../engine/selection/topic.ts';
import type { SumsRow } from '../schemas/protocol.ts';
import type { ScoredDealer } from '../schemas/selection.ts';
import type { RankerData, RankResult, RankTask } from './messages.ts';
import { type FrameContext, type TopicFrames, TopicState } from './topic-frames.ts';

/** A topic whose sums have not changed is ranked again after this much event time: mass decays. */
const REFRESH_MICROS = 10 * MICROS_PER_SECOND;

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
  readonly #topics = new Map<string, TopicState>();

  constructor(data: RankerData) {
    this.#data = data;
    this.#merged = new MergedBoard(data.merged, data.partitions, this.#index);
  }

  tick({ watched, attach }: RankTask): RankResult {
    for (const { partition, board } of attach) this.#merged.attach(partition, board);
    const { changedScopes } = this.#merged.refresh();
    for (const topic of this.#topics.keys()) {
      if (!watched.includes(topic)) this.#topics.delete(topic);
    }
    const updates = watched
      .map((topic) => this.#update(topic, changedScopes))
      .filter((update) => update !== null);
    return { updates, scopes: this.#index.scopes.filter(isCoarse).sort() };
  }

  #update(name: string, changedScopes: ReadonlySet<string>): TopicFrames | null {
    const topic = parseTopic(name);
    if (topic === null) return null;
    const { asOf } = this;
    let state = this.#topics.get(name);
    if (state !== undefined) {
      const due = changedScopes.has(topic.scope) || asOf - state.asOf >= REFRESH_MICROS;
      if (!due) return null;
    } else {
      state = new TopicState(name);
      this.#topics.set(name, state);
    }
    const rows =
      topic.kind === 'sums' ? this.#sums(topic.scope) : this.#rank(topic.scope, topic.metric);
    return state.next(rows, this.#context(topic.scope));
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
    const [kind, id] = splitScope(scope);
    if (kind !== 'instrument') return parentChain(scope);
    return scopeChain(id, this.#index.instruments.get(id), this.asOf);
  }

  #rank(scope: string, metric: RankOptions['metric']): ScoredDealer[] {
    const rows = this.#index.rowsOf(this.#chain(scope), this.#merged.writer.cells);
    const options: RankOptions = {
      asOf: this.asOf,
      model: this.#data.model,
      weights: DEFAULT_RULES.weights,
      rankedScope: 0,
      ...(metric === undefined ? {} : { metric }),
    };
    const ranking = rank(rows, options);
    return ranking.order
      .map((_, place) => describePlace(rows, ranking, place, options))
      .filter((dealer) => dealer.metrics.some((m) => m.effectiveSample > 0));
  }

  /** Rows for a replica: the pool's too, where the scope has it. */
  #sums(scope: string): SumsRow[] {
    const { cells } = this.#merged.writer;
    const { dealers, scopes, poolAt } = this.#index.rowsOf([scope], cells);
    const rows: SumsRow[] = [];
    for (const [i, dealerId] of dealers.entries()) {
      const at = scopes[0]!.rowAt[i]!;
      if (at >= 0) rows.push({ dealerId, sums: packRow(cells, at) });
    }
    if (scope === ALL_SCOPE && poolAt >= 0) {
      rows.push({ dealerId: POOL_DEALER, sums: packRow(cells, poolAt) });
    }
    return rows;
  }
}

function splitScope(scope: string): [kind: string, id: string] {
  const colon = scope.indexOf(':');
  return [scope.slice(0, Math.max(0, colon)), scope.slice(colon + 1)];
}

/** The cells of a row without the empty end of each cache line. */
function packRow(cells: Float64Array, at: number): number[] {
  const sums: number[] = [];
  for (let column = 0; column < COLUMN_COUNT; column++) {
    const cell = at + column * CELL_STRIDE;
    sums.push(...cells.subarray(cell, cell + CELL_FIELDS));
  }
  return sums;
}
