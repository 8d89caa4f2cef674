import type { Observation, ObservationSink } from '../lifecycle/observation.ts';
import { CELL_STRIDE, observe } from '../scoring/cell.ts';
import { type DecayTime, decayTime } from '../scoring/decay.ts';
import { columnHalfLives, columnOf, type Model } from '../scoring/model.ts';
import { ALL_SCOPE, POOL_DEALER } from '../scoring/scopes.ts';
import type { BoardWriter } from './board-writer.ts';

interface CachedTime extends DecayTime {
  t: number;
  readonly halfLife: number;
}

/** Adds observations to every scope that they count for, and to the pool of all dealers at `ALL`. */
export class ScoreSink implements ObservationSink {
  readonly #writer: BoardWriter;
  /** By column; columns of one half-life share one, since most observations of a moment do too. */
  readonly #times: readonly CachedTime[];
  /** Scope indices by chain; chains are few and shared (Reference.scopes). */
  readonly #chains = new WeakMap<readonly string[], Int32Array>();

  constructor(writer: BoardWriter, model: Model) {
    this.#writer = writer;
    const byHalfLife = new Map<number, CachedTime>();
    this.#times = columnHalfLives(model).map((halfLife) => {
      const time = byHalfLife.get(halfLife) ?? { t: -1, halfLife, whole: 0, scale: 1 };
      byHalfLife.set(halfLife, time);
      return time;
    });
  }

  observe(observation: Observation, sign: 1 | -1): void {
    const column = columnOf(observation.metric);
    const time = this.#times[column]!;
    if (time.t !== observation.tsMeasured) {
      time.t = observation.tsMeasured;
      decayTime(time.t, time.halfLife, time);
    }
    const dealer = this.#writer.dealerIndex(observation.dealerId);
    for (const scope of this.#scopeIndices(observation.scopes)) {
      this.#add(scope, dealer, column, time, observation, sign);
    }
    const all = this.#writer.scopeIndex(ALL_SCOPE);
    const pool = this.#writer.dealerIndex(POOL_DEALER);
    this.#add(all, pool, column, time, observation, sign);
  }

  #add(
    scope: number,
    dealer: number,
    column: number,
    time: DecayTime,
    { value, quantity }: Observation,
    sign: 1 | -1,
  ): void {
    const row = this.#writer.row(scope, dealer);
    if (row < 0) return;
    const at = this.#writer.touch(row) + column * CELL_STRIDE;
    observe(this.#writer.cells, at, time, value, quantity, sign);
  }

  #scopeIndices(scopes: readonly string[]): Int32Array {
    let indices = this.#chains.get(scopes);
    if (indices === undefined) {
      indices = Int32Array.from(scopes, (scope) => this.#writer.scopeIndex(scope));
      this.#chains.set(scopes, indices);
    }
    return indices;
  }
}
