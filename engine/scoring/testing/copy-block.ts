import { blockLength, maskAt, popCount } from '../block.ts';

/** The doubles of the block at `block`, copied. */
export function copyBlock(cells: Float64Array, block: number): Float64Array {
  return cells.slice(block, block + blockLength(popCount(maskAt(cells, block))));
}
