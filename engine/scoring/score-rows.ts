import type { DealerId, Micros } from '../../schemas/ids.ts';
import { cellAt, MARKET } from './block.ts';
import { DenseSums } from './dense-sums.ts';
import { type MarketFacts, readMarket } from './market-mark.ts';
import {
  type Freshness,
  NEWEST_ASK,
  NEWEST_QUOTE,
  ROW_TIMES,
  type RowMemory,
} from './row-memory.ts';

/** The rows of one scope. */
export interface ScopeRows {
  readonly scope: string;
  /** [dealers]: number of the dealer's row, -1 when it was never observed in the scope. */
  readonly rows: Int32Array;
  /** What ranking asks of the same rows, side by side, kept from one selection to the next. */
  readonly dense: DenseSums;
  /**
   * [dealers]: all of them, in the order in which they were last ranked at a chain that begins here. No
   * answer depends on it: whoever ranks begins with what is nearly the order (best-first.ts).
   */
  readonly lastOrder: Int32Array;
}

/** `rows`: [dealers], number of the dealer's row; -1 without one. */
export function scopeRows(scope: string, rows: Int32Array): ScopeRows {
  return { scope, rows, dense: new DenseSums(rows), lastOrder: Int32Array.from(rows.keys()) };
}

/** A dealer (index) that was never observed in the scope has been. */
export function addRow({ rows, dense }: ScopeRows, dealer: number, row: number): void {
  rows[dealer] = row;
  dense.add(dealer, row);
}

/**
 * Decayed sums as a selection reads them, merged over partitions: a view on the engine's shared
 * scoreboard, or an OMS's own replica.
 */
export interface ScoreRows extends RowMemory {
  /** Every dealer ever observed or known of, without the pool; ids ascending by code unit. */
  readonly dealers: readonly DealerId[];
  /** Finest first; the last is `ALL`. */
  readonly scopes: readonly ScopeRows[];
  /** Row of `*` at `ALL`; -1 before the first observation. */
  readonly poolRow: number;
  /** Row of `*` at the finest scope, which of an `instrument:` scope holds the market; -1: none. */
  readonly marketRow: number;
  /** Of the rows; absent: what is kept of them cannot be trusted. */
  readonly fresh?: Freshness;
}

/** Offset of the cell of a dealer (index) at a scope (index) in a column; -1 when there is none. */
export function cellOf(rows: ScoreRows, scope: number, dealer: number, column: number): number {
  const row = rows.scopes[scope]!.rows[dealer]!;
  return row < 0 ? -1 : cellAt(rows.cells, rows.blocks[row]!, column);
}

/** When a dealer (index) last sent a firm quote at a scope (index); 0: never. */
export function newestQuote(rows: ScoreRows, scope: number, dealer: number): Micros {
  return timeOf(rows, scope, dealer, NEWEST_QUOTE);
}

/** When a dealer (index) was last asked at a scope (index); 0: never. */
export function newestAsk(rows: ScoreRows, scope: number, dealer: number): Micros {
  return timeOf(rows, scope, dealer, NEWEST_ASK);
}

function timeOf(rows: ScoreRows, scope: number, dealer: number, time: number): Micros {
  const row = rows.scopes[scope]!.rows[dealer]!;
  return row < 0 ? 0 : rows.times[row * ROW_TIMES + time]!;
}

/** The market in the instrument of the finest scope; null before its first tick. */
export function marketOf({ cells, blocks, marketRow }: ScoreRows): MarketFacts | null {
  return readMarket(cells, marketRow < 0 ? -1 : cellAt(cells, blocks[marketRow]!, MARKET));
}
