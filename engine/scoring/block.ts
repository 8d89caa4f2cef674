import { CELL_STRIDE, RESIDUE_STRIDE } from './cell.ts';

/**
 * A row, which is what is known of one (scope, dealer) pair, is a block of doubles: a mask of the
 * columns that it has, then a cell for each column in column order. A pair has few of the columns, so
 * that a block is a fraction of a full row; one that has only quoted has none. What changes more often
 * than sums, a row's times, stands apart (row-memory.ts).
 *
 * The first columns are the model's metrics. The others hold marks, which are no sums: what
 * stands now, not what was observed.
 */
export const MAX_COLUMNS = 31;
/** The mask of a block's columns. */
const MASK = 0;
/** Where, in a block, the cells begin. */
export const FIRST_CELL = 1;
/** What the market in an instrument is, at its `instrument:` scope in the row of `*` (market-mark.ts). */
export const MARKET = 27;
/** A dealer's newest axe to buy, and to sell, at an `instrument:` scope (marks.ts). */
export const AXE_TO_BUY = 28;
export const AXE_TO_SELL = 29;
/** The dealer's tier, at the scope of an asset class (marks.ts). */
export const TIER = 30;

/** Whether a column holds a mark. */
export function isMark(column: number): boolean {
  return column >= MARKET;
}

/** The mask of the block at `block`. A reader that a writer has overtaken may see anything there. */
export function maskAt(cells: Float64Array, block: number): number {
  return cells[block + MASK]! & 0x7fffffff;
}

/** Offset of the column's cell in the block at `block`; -1 when the row does not have it. */
export function cellAt(cells: Float64Array, block: number, column: number): number {
  return cellIn(block, maskAt(cells, block), column);
}

/** The same of a block whose mask is known. */
export function cellIn(block: number, mask: number, column: number): number {
  if (((mask >>> column) & 1) === 0) return -1;
  return block + FIRST_CELL + popCount(mask & ((1 << column) - 1)) * CELL_STRIDE;
}

/** How many columns a mask has. */
export function popCount(mask: number): number {
  let n = mask - ((mask >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Doubles of a block with `columns` cells. */
export function blockLength(columns: number): number {
  return FIRST_CELL + columns * CELL_STRIDE;
}

/** Doubles of a block of a writer that withdraws observations: residues stand behind the cells. */
export function lengthWithResidues(columns: number): number {
  return blockLength(columns) + columns * RESIDUE_STRIDE;
}

/** The columns of a mask, ascending. */
export function columnsOf(mask: number): number[] {
  const columns: number[] = [];
  for (let column = 0; column < MAX_COLUMNS; column++) {
    if (((mask >>> column) & 1) === 1) columns.push(column);
  }
  return columns;
}

/** A copy of the block at `block` with none but the columns of `mask`. */
export function pickColumns(cells: Float64Array, block: number, mask: number): Float64Array {
  const kept = maskAt(cells, block) & mask;
  const picked = new Float64Array(blockLength(popCount(kept)));
  picked[MASK] = kept;
  let to = FIRST_CELL;
  for (const column of columnsOf(kept)) {
    const from = cellAt(cells, block, column);
    picked.set(cells.subarray(from, from + CELL_STRIDE), to);
    to += CELL_STRIDE;
  }
  return picked;
}
