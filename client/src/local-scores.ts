import { CELL_FIELDS, CELL_STRIDE } from '../../engine/scoring/cell.ts';
import { COLUMN_COUNT } from '../../engine/scoring/model.ts';
import { ALL_SCOPE, POOL_DEALER } from '../../engine/scoring/scopes.ts';
import type { ScoreRows } from '../../engine/scoring/score-rows.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { SumsRow } from '../../schemas/protocol.ts';
import type { ReplicaChange } from './replica.ts';

const ROW_STRIDE = COLUMN_COUNT * CELL_STRIDE;
const ROWS_AT_FIRST = 256;

interface ScopeTable {
  /** Offset of each dealer's row in the cells. */
  readonly offsets: Map<string, number>;
  /** The same by place in the list of dealers; null when one of the two has changed. */
  rowAt: Int32Array | null;
}

/**
 * The sums of any number of scopes, laid out as a selection reads them. Written in place as replicas
 * change, so that a selection copies nothing; a scope is there once, however many orders need it.
 */
export class LocalScores {
  #cells = new Float64Array(ROWS_AT_FIRST * ROW_STRIDE);
  #rowsUsed = 0;
  readonly #freeOffsets: number[] = [];
  readonly #tables = new Map<string, ScopeTable>();
  /** Every dealer at `ALL` but the pool, ids ascending; null when that has changed. */
  #dealers: DealerId[] | null = null;

  /** Throws FirstcallError `modelMismatch` on a row that is not one of this model's. */
  change(scope: string, change: ReplicaChange<SumsRow>): void {
    if (change.kind === 'state') return;
    const table = this.#tableOf(scope);
    if (change.kind === 'snapshot') {
      for (const dealerId of [...table.offsets.keys()]) this.#remove(scope, table, dealerId);
    }
    for (const dealerId of change.removed) this.#remove(scope, table, dealerId);
    for (const row of change.rows) this.#write(scope, table, row);
  }

  forget(scope: string): void {
    const table = this.#tables.get(scope);
    if (table === undefined) return;
    for (const dealerId of [...table.offsets.keys()]) this.#remove(scope, table, dealerId);
    this.#tables.delete(scope);
  }

  /** The rows of some scopes, finest first, valid until the next change. */
  rowsOf(scopes: readonly string[]): ScoreRows {
    const dealers = this.#orderedDealers();
    return {
      cells: this.#cells,
      dealers,
      scopes: scopes.map((scope) => ({ scope, rowAt: this.#rowAt(scope, dealers) })),
      poolAt: this.#tables.get(ALL_SCOPE)?.offsets.get(POOL_DEALER) ?? -1,
    };
  }

  #tableOf(scope: string): ScopeTable {
    let table = this.#tables.get(scope);
    if (table === undefined) {
      table = { offsets: new Map(), rowAt: null };
      this.#tables.set(scope, table);
    }
    return table;
  }

  #write(scope: string, table: ScopeTable, { dealerId, sums }: SumsRow): void {
    if (sums.length !== COLUMN_COUNT * CELL_FIELDS) {
      const message = `${scope}: the engine keeps other metrics than this client; update it`;
      throw new FirstcallError('modelMismatch', message);
    }
    const at = table.offsets.get(dealerId) ?? this.#add(scope, table, dealerId);
    for (let i = 0; i < sums.length; i++) {
      const column = Math.floor(i / CELL_FIELDS);
      this.#cells[at + column * CELL_STRIDE + (i % CELL_FIELDS)] = sums[i]!;
    }
  }

  #add(scope: string, table: ScopeTable, dealerId: string): number {
    const at = this.#freeOffsets.pop() ?? this.#allocate();
    table.offsets.set(dealerId, at);
    this.#layoutChanged(scope, table);
    return at;
  }

  #remove(scope: string, table: ScopeTable, dealerId: string): void {
    const at = table.offsets.get(dealerId);
    if (at === undefined) return;
    table.offsets.delete(dealerId);
    this.#freeOffsets.push(at);
    this.#layoutChanged(scope, table);
  }

  #allocate(): number {
    const at = this.#rowsUsed++ * ROW_STRIDE;
    if (at === this.#cells.length) {
      const larger = new Float64Array(2 * this.#cells.length);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    return at;
  }

  #layoutChanged(scope: string, table: ScopeTable): void {
    table.rowAt = null;
    if (scope === ALL_SCOPE) this.#dealers = null;
  }

  #orderedDealers(): DealerId[] {
    if (this.#dealers === null) {
      const ids = [...(this.#tables.get(ALL_SCOPE)?.offsets.keys() ?? [])] as DealerId[];
      // Without a comparison, `sort` goes by code unit, as the engine does.
      this.#dealers = ids.filter((id) => id !== (POOL_DEALER as string)).sort();
      for (const table of this.#tables.values()) table.rowAt = null;
    }
    return this.#dealers;
  }

  #rowAt(scope: string, dealers: readonly DealerId[]): Int32Array {
    const table = this.#tables.get(scope);
    if (table === undefined) return new Int32Array(dealers.length).fill(-1);
    table.rowAt ??= Int32Array.from(dealers, (dealerId) => table.offsets.get(dealerId) ?? -1);
    return table.rowAt;
  }
}
