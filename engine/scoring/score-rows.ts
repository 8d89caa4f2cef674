import type { DealerId } from '../../schemas/ids.ts';
import { cellAt } from './block.ts';
import type { DenseSums, Freshness } from './dense-sums.ts';

/** The rows of one scope. */
export interface ScopeRows {
  readonly scope: string;
  /** [dealers]: number of the dealer's row, -1 when it was never observed in the scope. */
  readonly rows: Int32Array;
  /** The same sums side by side, kept from one selection to the next; made anew where there are none. */
  readonly dense?: DenseSums;
}

/**
 * Decayed sums as a selection reads them, merged over partitions: a view on the engine's shared
 * scoreboard, or an OMS's own replica.
 */
export interface ScoreRows {
  /** Blocks (block.ts). */
  readonly cells: Float64Array;
  /** [rows]: offset of the row's block in `cells`. */
  readonly blocks: Int32Array;
  /** Every dealer ever observed, without the pool; ids ascending. */
  readonly dealers: readonly DealerId[];
  /** Finest first; the last is `ALL`. */
  readonly scopes: readonly ScopeRows[];
  /** Row of `*` at `ALL`; -1 before the first observation. */
  readonly poolRow: number;
  /** Of the rows; absent: what is kept of them cannot be trusted. */
  readonly fresh?: Freshness;
}

/** Offset of the cell of a dealer (index) at a scope (index) in a column; -1 when there is none. */
export function cellOf(rows: ScoreRows, scope: number, dealer: number, column: number): number {
  const row = rows.scopes[scope]!.rows[dealer]!;
  return row < 0 ? -1 : cellAt(rows.cells, rows.blocks[row]!, column);
}
