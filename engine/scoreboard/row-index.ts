import type { DealerId } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import { DenseSums, type Freshness } from '../scoring/dense-sums.ts';
import { ALL_SCOPE, POOL_DEALER } from '../scoring/scopes.ts';
import type { ScopeRows, ScoreRows } from '../scoring/score-rows.ts';
import type { BoardListener } from './board-reader.ts';

/** Finds the rows of a merged board by scope and dealer, and lays them out for a selection. */
export class RowIndex implements BoardListener {
  readonly instruments = new Map<string, InstrumentEvent>();
  readonly scopes: string[] = [];
  readonly #dealers: string[] = [];
  readonly #scopeIndex = new Map<string, number>();
  /** By scope index: row of each dealer index. */
  readonly #rowOf: Map<number, number>[] = [];
  readonly #laidOut = new Map<string, ScopeRows>();
  #order: number[] = [];
  #orderedIds: DealerId[] = [];
  #rows = 0;

  /** Whether anything was observed at a scope. */
  has(scope: string): boolean {
    return this.#scopeIndex.has(scope);
  }

  dealer(name: string): void {
    this.#dealers.push(name);
  }

  scope(name: string): void {
    this.#scopeIndex.set(name, this.scopes.length);
    this.scopes.push(name);
    this.#rowOf.push(new Map());
  }

  instrument(json: string): void {
    const instrument = JSON.parse(json) as InstrumentEvent;
    this.instruments.set(instrument.instrumentId, instrument);
  }

  row(scope: number, dealer: number): void {
    this.#rowOf[scope]!.set(dealer, this.#rows);
    this.#rows++;
    const name = this.scopes[scope]!;
    this.#laidOut.delete(name);
    if (name === ALL_SCOPE) this.#reorder();
  }

  /** The rows of some scopes, finest first. The arrays are shared until the next new row. */
  rowsOf(
    scopes: readonly string[],
    cells: Float64Array,
    blocks: Int32Array,
    fresh?: Freshness,
  ): ScoreRows {
    const all = this.#rowOf[this.#scopeIndex.get(ALL_SCOPE) ?? -1];
    return {
      cells,
      blocks,
      dealers: this.#orderedIds,
      scopes: scopes.map((scope) => this.#layOut(scope)),
      poolRow: all?.get(this.#dealers.indexOf(POOL_DEALER)) ?? -1,
      ...(fresh === undefined ? {} : { fresh }),
    };
  }

  #layOut(scope: string): ScopeRows {
    const known = this.#laidOut.get(scope);
    if (known !== undefined) return known;
    const rowOf = this.#rowOf[this.#scopeIndex.get(scope) ?? -1];
    const rows = Int32Array.from(this.#order, (dealer) => rowOf?.get(dealer) ?? -1);
    const laidOut = { scope, rows, dense: new DenseSums(rows) };
    // Only scopes that exist are kept, so that asking for others cannot grow the map.
    if (rowOf !== undefined) this.#laidOut.set(scope, laidOut);
    return laidOut;
  }

  /** A new dealer: every dealer has a row at `ALL`, and ids ascend by code unit. */
  #reorder(): void {
    const all = this.#rowOf[this.#scopeIndex.get(ALL_SCOPE)!]!;
    const id = (dealer: number): string => this.#dealers[dealer]!;
    this.#order = [...all.keys()]
      .filter((dealer) => id(dealer) !== POOL_DEALER)
      .sort((a, b) => (id(a) < id(b) ? -1 : 1));
    this.#orderedIds = this.#order.map((dealer) => id(dealer) as DealerId);
    this.#laidOut.clear();
  }
}
