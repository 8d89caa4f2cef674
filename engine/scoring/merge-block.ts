import type { Micros } from '../../schemas/ids.ts';
import { cellAt, columnsOf, FIRST_CELL, isMark, maskAt } from './block.ts';
import { CELL_STRIDE, mergeCell } from './cell.ts';

/** [columns x memories]: half-lives, microseconds. */
export type HalfLivesByColumn = readonly (readonly Micros[])[];

/**
 * Adds the sums of one partition's row to those of `block`, which has all of its columns. Marks are no
 * sums and are left alone.
 */
export function mergeBlock(
  target: Float64Array,
  block: number,
  source: Float64Array,
  sourceBlock: number,
  halfLives: HalfLivesByColumn,
): void {
  let from = sourceBlock + FIRST_CELL;
  for (const column of columnsOf(maskAt(source, sourceBlock))) {
    if (!isMark(column)) {
      mergeCell(target, cellAt(target, block, column), source, from, halfLives[column]!);
    }
    from += CELL_STRIDE;
  }
}
