import type { DealerId } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { Freshness, RowMemory } from '../scoring/row-memory.ts';
import { ALL_SCOPE, POOL_DEALER } from '../scoring/scopes.ts';
import { addRow, type ScopeRows, type ScoreRows, scopeRows } from '../scoring/score-rows.ts';
import type { BoardListener } from './board-reader.ts';

/** Scopes kept laid out, some 40 KB each with 500 dealers; past it all are laid out anew. */
const LAID_OUT_MAX = 1024;

interface ScopeTable {
  /** Row of each dealer index. */
  readonly rowOf: Map<number, number>;
  /** Of `*`; -1 for none. */
  poolRow: number;
  /** Null until it is asked for, and when the dealers have changed. */
  laidOut: ScopeRows | null;
}

/** Finds the rows of a merged board by scope and dealer, and lays them out for a selection. */
export class RowIndex implements BoardListener {
  readonly instruments = new Map<string, InstrumentEvent>();
  readonly scopes: string[] = [];
  readonly #dealers: string[] = [];
  readonly #dealerIndex = new Map<string, number>();
  readonly #known = new Set<string>();
  readonly #tableOf = new Map<string, ScopeTable>();
  /** By scope index. */
  readonly #tables: ScopeTable[] = [];
  /** Those laid out. */
  #laidOut: ScopeTable[] = [];
  /** Index of each dealer by id, -1 of one that was only made known; null when that has changed. */
  #order: readonly number[] | null = null;
  #orderedIds: readonly DealerId[] = [];
  /** By dealer index: place among the ordered, absent without one. */
  #placeOf: number[] = [];
  #rows = 0;

  /** Whether anything was observed at a scope. */
  has(scope: string): boolean {
    return this.#tableOf.has(scope);
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
    const table: ScopeTable = { rowOf: new Map(), poolRow: -1, laidOut: null };
    this.#tableOf.set(name, table);
    this.#tables.push(table);
    this.scopes.push(name);
  }

  instrument(json: string): void {
    const instrument = JSON.parse(json) as InstrumentEvent;
    this.instruments.set(instrument.instrumentId, instrument);
  }

  row(scope: number, dealer: number): void {
    const table = this.#tables[scope]!;
    const row = this.#rows++;
    table.rowOf.set(dealer, row);
    const isPool = this.#dealers[dealer] === POOL_DEALER;
    if (isPool) table.poolRow = row;
    if (isPool || this.#order === null) return;
    const place = this.#placeOf[dealer] ?? -1;
    if (place >= 0 && table.laidOut !== null) addRow(table.laidOut, place, row);
    // Whoever has a row at `ALL` has a place among all.
    if (place < 0 && this.scopes[scope] === ALL_SCOPE) this.#order = null;
  }

  /** Row of `*` at `ALL`; -1 before the first observation. */
  get poolRow(): number {
    return this.#poolRowAt(ALL_SCOPE);
  }

  /** The rows of some scopes, finest first. The arrays are shared, and new rows are added to them. */
  rowsOf(scopes: readonly string[], memory: RowMemory, fresh?: Freshness): ScoreRows {
    const { cells, blocks, times } = memory;
    const order = this.#order ?? this.#reorder();
    return {
      cells,
      blocks,
      times,
      dealers: this.#orderedIds,
      scopes: scopes.map((scope) => this.#layOut(scope, order)),
      poolRow: this.poolRow,
      marketRow: this.#poolRowAt(scopes[0] ?? ''),
      ...(fresh === undefined ? {} : { fresh }),
    };
  }

  #poolRowAt(scope: string): number {
    return this.#tableOf.get(scope)?.poolRow ?? -1;
  }

  #layOut(scope: string, order: readonly number[]): ScopeRows {
    const table = this.#tableOf.get(scope);
    if (table?.laidOut != null) return table.laidOut;
    const rows = Int32Array.from(order, (dealer) => table?.rowOf.get(dealer) ?? -1);
    const laidOut = scopeRows(scope, rows);
    // Only scopes that exist are kept, so that asking for others cannot take memory.
    if (table === undefined) return laidOut;
    if (this.#laidOut.length >= LAID_OUT_MAX) this.#forgetLaidOut();
    this.#laidOut.push(table);
    table.laidOut = laidOut;
    return laidOut;
  }

  #forgetLaidOut(): void {
    for (const table of this.#laidOut) table.laidOut = null;
    this.#laidOut = [];
  }

  /** Every dealer that was observed has a row at `ALL`; ids ascend by code unit. */
  #reorder(): readonly number[] {
    const all = this.#tableOf.get(ALL_SCOPE)?.rowOf.keys() ?? [];
    const ids = new Set([...all].map((dealer) => this.#dealers[dealer]!));
    for (const id of this.#known) ids.add(id);
    ids.delete(POOL_DEALER);
    // Without a comparison, `sort` goes by code unit.
    this.#orderedIds = [...ids].sort() as DealerId[];
    this.#order = this.#orderedIds.map((id) => this.#dealerIndex.get(id) ?? -1);
    this.#placeOf = [];
    for (const [place, dealer] of this.#order.entries()) {
      if (dealer >= 0) this.#placeOf[dealer] = place;
    }
    this.#forgetLaidOut();
    return this.#order;
  }
}
