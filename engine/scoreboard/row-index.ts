import type { DealerId } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { Freshness } from '../scoring/dense-sums.ts';
import { ALL_SCOPE, POOL_DEALER } from '../scoring/scopes.ts';
import { type ScopeRows, type ScoreRows, scopeRows } from '../scoring/score-rows.ts';
import type { BoardListener } from './board-reader.ts';

/** Scopes kept laid out, some 40 KB each with 500 dealers; past it all are laid out anew. */
const LAID_OUT_MAX = 1024;

/** Finds the rows of a merged board by scope and dealer, and lays them out for a selection. */
export class RowIndex implements BoardListener {
  readonly instruments = new Map<string, InstrumentEvent>();
  readonly scopes: string[] = [];
  readonly #dealers: string[] = [];
  readonly #dealerIndex = new Map<string, number>();
  readonly #known = new Set<string>();
  readonly #scopeIndex = new Map<string, number>();
  /** By scope index: row of each dealer index. */
  readonly #rowOf: Map<number, number>[] = [];
  readonly #laidOut = new Map<string, ScopeRows>();
  /** Index of each dealer by id, -1 of one that was only made known; null when that has changed. */
  #order: readonly number[] | null = null;
  #orderedIds: readonly DealerId[] = [];
  #rows = 0;

  /** Whether anything was observed at a scope. */
  has(scope: string): boolean {
    return this.#scopeIndex.has(scope);
  }

  /** Dealers that have a place among all though none of them was observed. */
  know(dealerIds: Iterable<DealerId>): void {
    const before = this.#known.size;
    for (const dealerId of dealerIds) this.#known.add(dealerId);
    if (this.#known.size !== before) this.#order = null;
  }

  knows(dealerId: DealerId): boolean {
    return this.#known.has(dealerId) || this.#dealerIndex.has(dealerId);
  }

  dealer(name: string): void {
    this.#dealerIndex.set(name, this.#dealers.length);
    this.#dealers.push(name);
    if (this.#known.has(name)) this.#order = null;
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
    if (name === ALL_SCOPE) this.#order = null;
  }

  /** The rows of some scopes, finest first. The arrays are shared until the next new row. */
  rowsOf(
    scopes: readonly string[],
    cells: Float64Array,
    blocks: Int32Array,
    fresh?: Freshness,
  ): ScoreRows {
    const order = this.#order ?? this.#reorder();
    return {
      cells,
      blocks,
      dealers: this.#orderedIds,
      scopes: scopes.map((scope) => this.#layOut(scope, order)),
      poolRow: this.#poolRowAt(ALL_SCOPE),
      marketRow: this.#poolRowAt(scopes[0] ?? ''),
      ...(fresh === undefined ? {} : { fresh }),
    };
  }

  #poolRowAt(scope: string): number {
    const rowOf = this.#rowOf[this.#scopeIndex.get(scope) ?? -1];
    return rowOf?.get(this.#dealerIndex.get(POOL_DEALER) ?? -1) ?? -1;
  }

  #layOut(scope: string, order: readonly number[]): ScopeRows {
    const known = this.#laidOut.get(scope);
    if (known !== undefined) return known;
    const rowOf = this.#rowOf[this.#scopeIndex.get(scope) ?? -1];
    const rows = Int32Array.from(order, (dealer) => rowOf?.get(dealer) ?? -1);
    const laidOut = scopeRows(scope, rows);
    // Only scopes that exist are kept, so that asking for others cannot grow the map.
    if (rowOf === undefined) return laidOut;
    if (this.#laidOut.size >= LAID_OUT_MAX) this.#laidOut.clear();
    this.#laidOut.set(scope, laidOut);
    return laidOut;
  }

  /** Every dealer that was observed has a row at `ALL`; ids ascend by code unit. */
  #reorder(): readonly number[] {
    const all = this.#rowOf[this.#scopeIndex.get(ALL_SCOPE) ?? -1]?.keys() ?? [];
    const ids = new Set([...all].map((dealer) => this.#dealers[dealer]!));
    for (const id of this.#known) ids.add(id);
    ids.delete(POOL_DEALER);
    // Without a comparison, `sort` goes by code unit.
    this.#orderedIds = [...ids].sort() as DealerId[];
    this.#order = this.#orderedIds.map((id) => this.#dealerIndex.get(id) ?? -1);
    this.#laidOut.clear();
    return this.#order;
  }
}
