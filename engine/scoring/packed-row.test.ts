import { expect, test } from 'vitest';
import { BlockArena } from './block-arena.ts';
import { CELL_STRIDE } from './cell.ts';
import { packedBlock, packedLength, packedTimes, packRow } from './packed-row.ts';

const arena = BlockArena.growing();
const block = arena.allocate(0b101);
arena.cells.fill(7, block + 1, block + 1 + 2 * CELL_STRIDE);
const memory = {
  cells: arena.cells,
  blocks: Int32Array.of(0, block),
  times: Float64Array.of(1, 2, 3, 4),
};

test('a packed row has the mask, the times and the cells, and gives them back', () => {
  const packed = [...packRow(memory, 1)];
  const cells = Array(2 * CELL_STRIDE).fill(7);
  expect(packed).toEqual([0b101, 3, 4, ...cells]);
  expect(packed).toHaveLength(packedLength(0b101));
  expect(packedTimes(packed)).toEqual([3, 4]);
  expect(packedBlock(packed)).toEqual([0b101, ...cells]);
});

test('a row without a block has its times alone', () => {
  expect([...packRow(memory, 0)]).toEqual([0, 1, 2]);
});
