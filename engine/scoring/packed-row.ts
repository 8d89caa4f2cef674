import { blockLength, FIRST_CELL, maskAt, popCount } from './block.ts';
import { ROW_TIMES, type RowMemory } from './row-memory.ts';

/** Where, in a packed row, the cells begin. */
const PACKED_CELLS = FIRST_CELL + ROW_TIMES;

/** All of a row in one piece, as replicas get it: the mask of its columns, its times, its cells. */
export function packRow({ cells, blocks, times }: RowMemory, row: number): Float64Array {
  const block = blocks[row]!;
  const mask = maskAt(cells, block);
  const packed = new Float64Array(packedLength(mask));
  packed[0] = mask;
  packed.set(times.subarray(row * ROW_TIMES, (row + 1) * ROW_TIMES), FIRST_CELL);
  const end = block + blockLength(popCount(mask));
  packed.set(cells.subarray(block + FIRST_CELL, end), PACKED_CELLS);
  return packed;
}

/** Numbers of a packed row with the columns of a mask. */
export function packedLength(mask: number): number {
  return blockLength(popCount(mask)) + ROW_TIMES;
}

/** The times of a packed row. */
export function packedTimes(packed: readonly number[]): readonly number[] {
  return packed.slice(FIRST_CELL, PACKED_CELLS);
}

/** The same row's block. */
export function packedBlock(packed: readonly number[]): readonly number[] {
  return [packed[0]!, ...packed.slice(PACKED_CELLS)];
}
