import { MAX_COLUMNS } from '../../engine/scoring/block.ts';
import { BlockArena } from '../../engine/scoring/block-arena.ts';
import { packedBlock, packedLength, packedTimes } from '../../engine/scoring/packed-row.ts';
import { ROW_TIMES } from '../../engine/scoring/row-memory.ts';
import { ALL_SCOPE, POOL_DEALER } from '../../engine/scoring/scopes.ts';
import { type ScopeRows, type ScoreRows, scopeRows } from '../../engine/scoring/score-rows.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { SumsRow } from '../../schemas/protocol.ts';
import type { ReplicaChange } from './replica.ts';

const ROWS_AT_FIRST = 256;

interface ScopeTable {
  /** Row of each dealer. */
  readonly rowOf: Map<string, number>;
  /** The same by place in the list of dealers; null when one of the two has changed. */
  laidOut: ScopeRows | null;
}

/**
 * The sums of any number of scopes, laid out as a selection reads them. Written in place as replicas
 * change, so that a selection copies nothing; a scope is there once, however many orders need it.
 */
export class LocalScores {
  readonly #arena = BlockArena.growing();
  /** [rows]: offset of the row's block; 0 for none. */
  #blocks = new Int32Array(ROWS_AT_FIRST);
  /** [rows x 2]: times of the row. */
  #times = new Float64Array(ROW_TIMES * ROWS_AT_FIRST);
  /** [rows]: the version in which each last changed, its block and its times alike. */
  #rowVersions = new Int32Array(ROWS_AT_FIRST);
  /** Counts changes of rows. */
  #version = 0;
  #rowsUsed = 0;
  readonly #freeRows: number[] = [];
  readonly #tables = new Map<string, ScopeTable>();
  /** Every dealer at `ALL` but the pool and all known ones, ids ascending; null: that has changed. */
  #dealers: DealerId[] | null = null;
  readonly #known = new Set<DealerId>();

  /** Throws FirstcallError `modelMismatch` on a row that is not one of this model's. */
  change(scope: string, change: ReplicaChange<SumsRow>): void {
    if (change.kind === 'state') return;
    const table = this.#tableOf(scope);
    if (change.kind === 'snapshot') {
      for (const dealerId of [...table.rowOf.keys()]) this.#remove(scope, table, dealerId);
    }
    for (const dealerId of change.removed) this.#remove(scope, table, dealerId);
    for (const row of change.rows) this.#write(scope, table, row);
  }

  /** Dealers that have a place among all though none of them was observed. */
  know(dealerIds: Iterable<DealerId>): void {
    const before = this.#known.size;
    for (const dealerId of dealerIds) this.#known.add(dealerId);
    if (this.#known.size !== before) this.#dealers = null;
  }

  forget(scope: string): void {
    const table = this.#tables.get(scope);
    if (table === undefined) return;
    for (const dealerId of [...table.rowOf.keys()]) this.#remove(scope, table, dealerId);
    this.#tables.delete(scope);
  }

  /** The rows of some scopes, finest first, valid until the next change. */
  rowsOf(scopes: readonly string[]): ScoreRows {
    const dealers = this.#orderedDealers();
    return {
      cells: this.#arena.cells,
      blocks: this.#blocks,
      times: this.#times,
      dealers,
      scopes: scopes.map((scope) => this.#layOut(scope, dealers)),
      poolRow: this.#poolRowAt(ALL_SCOPE),
      marketRow: this.#poolRowAt(scopes[0] ?? ''),
      fresh: {
        version: this.#version,
        rowVersions: this.#rowVersions,
        timeVersions: this.#rowVersions,
      },
    };
  }

  #tableOf(scope: string): ScopeTable {
    let table = this.#tables.get(scope);
    if (table === undefined) {
      table = { rowOf: new Map(), laidOut: null };
      this.#tables.set(scope, table);
    }
    return table;
  }

  #write(scope: string, table: ScopeTable, { dealerId, sums }: SumsRow): void {
    const mask = sums[0] ?? -1;
    const isMask = Number.isInteger(mask) && mask >= 0 && mask < 2 ** MAX_COLUMNS;
    if (!isMask || sums.length !== packedLength(mask)) {
      const message = `${scope}: the engine lays out its sums in another way; update this client`;
      throw new FirstcallError('modelMismatch', message);
    }
    const row = table.rowOf.get(dealerId) ?? this.#add(scope, table, dealerId);
    if (this.#blocks[row] !== 0) this.#arena.free(this.#blocks[row]!);
    const block = this.#arena.allocate(mask);
    this.#arena.cells.set(packedBlock(sums), block);
    this.#blocks[row] = block;
    this.#times.set(packedTimes(sums), row * ROW_TIMES);
    this.#version = (this.#version + 1) | 0;
    this.#rowVersions[row] = this.#version;
  }

  #add(scope: string, table: ScopeTable, dealerId: string): number {
    const row = this.#freeRows.pop() ?? this.#openRow();
    table.rowOf.set(dealerId, row);
    this.#layoutChanged(scope, table);
    return row;
  }

  #remove(scope: string, table: ScopeTable, dealerId: string): void {
    const row = table.rowOf.get(dealerId);
    if (row === undefined) return;
    table.rowOf.delete(dealerId);
    this.#arena.free(this.#blocks[row]!);
    this.#blocks[row] = 0;
    this.#freeRows.push(row);
    this.#layoutChanged(scope, table);
  }

  #openRow(): number {
    const row = this.#rowsUsed++;
    if (row === this.#blocks.length) {
      this.#blocks = doubled(this.#blocks, new Int32Array(2 * row));
      this.#times = doubled(this.#times, new Float64Array(2 * this.#times.length));
      this.#rowVersions = doubled(this.#rowVersions, new Int32Array(2 * row));
    }
    return row;
  }

  #layoutChanged(scope: string, table: ScopeTable): void {
    table.laidOut = null;
    if (scope === ALL_SCOPE) this.#dealers = null;
  }

  #orderedDealers(): DealerId[] {
    if (this.#dealers === null) {
      const observed = (this.#tables.get(ALL_SCOPE)?.rowOf.keys() ?? []) as Iterable<DealerId>;
      const ids = [...new Set([...observed, ...this.#known])];
      // Without a comparison, `sort` goes by code unit, as the engine does.
      this.#dealers = ids.filter((id) => id !== (POOL_DEALER as string)).sort();
      for (const table of this.#tables.values()) table.laidOut = null;
    }
    return this.#dealers;
  }

  #poolRowAt(scope: string): number {
    return this.#tables.get(scope)?.rowOf.get(POOL_DEALER) ?? -1;
  }

  #layOut(scope: string, dealers: readonly DealerId[]): ScopeRows {
    const table = this.#tables.get(scope);
    if (table?.laidOut != null) return table.laidOut;
    const rows = Int32Array.from(dealers, (dealerId) => table?.rowOf.get(dealerId) ?? -1);
    const laidOut = scopeRows(scope, rows);
    if (table !== undefined) table.laidOut = laidOut;
    return laidOut;
  }
}

function doubled<A extends Int32Array | Float64Array>(array: A, larger: A): A {
  larger.set(array);
  return larger;
}
