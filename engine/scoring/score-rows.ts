import type { DealerId } from '../../schemas/ids.ts';

/** The rows of one scope: where in `cells` each dealer's row begins. */
export interface ScopeRows {
  readonly scope: string;
  /** [dealers]: offset of the dealer's first cell, -1 when it was never observed in the scope. */
  readonly rowAt: Int32Array;
}

/**
 * Decayed sums as a selection reads them, merged over partitions: a view on the engine's shared
 * scoreboard, or an OMS's own replica. A row is one cell (cell.ts) per metric, in column order.
 */
export interface ScoreRows {
  readonly cells: Float64Array;
  /** Every dealer ever observed, without the pool; ids ascending. */
  readonly dealers: readonly DealerId[];
  /** Finest first; the last is `ALL`. */
  readonly scopes: readonly ScopeRows[];
  /** Offset of the row of `*` at `ALL`; -1 before the first observation. */
  readonly poolAt: number;
}
