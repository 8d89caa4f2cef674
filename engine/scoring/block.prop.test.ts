import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AXE_TO_SELL,
  blockLength,
  cellAt,
  columnsOf,
  FIRST_CELL,
  isMark,
  lengthWithResidues,
  MAX_COLUMNS,
  maskAt,
  pickColumns,
  popCount,
  TIER,
} from './block.ts';
import { BlockArena } from './block-arena.ts';
import { CELL_STRIDE, mergeCell, RESIDUE_STRIDE } from './cell.ts';
import { decayTime } from './decay.ts';
import { mergeBlock } from './merge-block.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricsOf } from './model.ts';
import { copyBlock } from './testing/copy-block.ts';
import { observe } from './testing/observe.ts';

const masks = fc.integer({ min: 0, max: 2 ** MAX_COLUMNS - 1 });

/** Ones of the binary digits. */
const naiveCount = (mask: number): number => [...mask.toString(2)].filter((d) => d === '1').length;

test('popCount and columnsOf count the bits of any mask', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      expect(popCount(mask)).toBe(naiveCount(mask));
      const columns = columnsOf(mask);
      expect(columns).toHaveLength(naiveCount(mask));
      expect(columns.reduce((sum, column) => sum + 2 ** column, 0)).toBe(mask);
      expect(columns.toSorted((a, b) => a - b)).toEqual(columns);
    }),
  );
  expect(popCount(0x7fffffff)).toBe(31);
  expect(popCount(0)).toBe(0);
});

test('each column of a mask has the next cell of the block, and any other has none', () => {
  fc.assert(
    fc.property(masks, fc.nat(100), (mask, block) => {
      const cells = new Float64Array(block + blockLength(MAX_COLUMNS));
      cells[block] = mask;
      let next = block + FIRST_CELL;
      for (let column = 0; column < MAX_COLUMNS; column++) {
        const has = Math.floor(mask / 2 ** column) % 2 === 1;
        expect(cellAt(cells, block, column)).toBe(has ? next : -1);
        if (has) next += CELL_STRIDE;
      }
      expect(next - block).toBe(blockLength(naiveCount(mask)));
    }),
  );
});

test('a copy has the whole block, and a pick has of its columns those that are wanted', () => {
  fc.assert(
    fc.property(masks, masks, (mask, wanted) => {
      const block = 3;
      const cells = Float64Array.from({ length: 500 }, (_, i) => 1000 + i);
      cells[block] = mask;
      const copy = copyBlock(cells, block);
      expect([...copy]).toEqual([...cells.subarray(block, block + copy.length)]);
      expect(copy).toHaveLength(blockLength(naiveCount(mask)));
      const picked = pickColumns(cells, block, wanted);
      expect(maskAt(picked, 0)).toBe(mask & wanted);
      const both = columnsOf(mask).filter((column) => columnsOf(wanted).includes(column));
      expect(picked).toHaveLength(blockLength(both.length));
      for (const column of both) {
        const [to, from] = [cellAt(picked, 0, column), cellAt(cells, block, column)];
        const [cell, source] = [picked, cells].map((all, i) => {
          const at = i === 0 ? to : from;
          return [...all.subarray(at, at + CELL_STRIDE)];
        });
        expect(cell).toEqual(source);
      }
    }),
  );
});

interface Use {
  readonly mask: number;
  /** Which of the blocks in use is freed afterwards; none of them past their number. */
  readonly freed: number;
}

const uses: fc.Arbitrary<Use[]> = fc.array(fc.record({ mask: masks, freed: fc.nat(30) }), {
  maxLength: 80,
});

/** Writes a number of the block's own into all of its cells. */
function mark(cells: Float64Array, block: number, mask: number, value: number): void {
  cells.fill(value, block + 1, block + blockLength(naiveCount(mask)));
}

test.each([
  ['grows', () => BlockArena.growing()],
  ['is fixed', () => BlockArena.over(new Float64Array(4000))],
])(
  'an arena that %s hands out blocks that are empty, apart, and keep what is in them',
  (_, open) => {
    fc.assert(
      fc.property(uses, (all) => {
        const arena = open();
        const inUse: { block: number; mask: number; value: number }[] = [];
        for (const [i, { mask, freed }] of all.entries()) {
          const block = arena.allocate(mask);
          if (block < 0) continue;
          expect(block).toBeGreaterThan(0);
          const length = blockLength(naiveCount(mask));
          expect(maskAt(arena.cells, block)).toBe(mask);
          expect(
            arena.cells.subarray(block + 1, block + length).every((x) => Object.is(x, 0)),
          ).toBe(true);
          expect(block + length).toBeLessThanOrEqual(arena.used);
          expect(arena.used).toBeLessThanOrEqual(arena.cells.length);
          mark(arena.cells, block, mask, i + 1);
          inUse.push({ block, mask, value: i + 1 });
          if (freed < inUse.length) arena.free(inUse.splice(freed, 1)[0]!.block);
        }
        for (const { block, mask, value } of inUse) {
          expect(maskAt(arena.cells, block)).toBe(mask);
          const content = arena.cells.subarray(block + 1, block + blockLength(naiveCount(mask)));
          expect(content.every((x) => x === value)).toBe(true);
        }
      }),
    );
  },
);

test('a freed block is used again for one of as many columns, and takes no further room', () => {
  const arena = BlockArena.growing();
  const block = arena.allocate(0b101);
  const other = arena.allocate(0b111);
  const { used } = arena;
  arena.free(block);
  expect(arena.allocate(0b1)).toBe(used);
  expect(arena.allocate(0b110)).toBe(block);
  arena.free(other);
  expect(arena.allocate(1 | (1 << AXE_TO_SELL) | (1 << TIER))).toBe(other);
});

test('an arena grows by any block, and keeps what it has', () => {
  const arena = BlockArena.growing();
  const before = arena.cells;
  const first = arena.allocate(0b11);
  mark(arena.cells, first, 0b11, 7);
  while (arena.cells === before) arena.allocate(2 ** MAX_COLUMNS - 1);
  expect(arena.cells.length).toBeGreaterThan(before.length);
  expect([...copyBlock(arena.cells, first)]).toEqual([3, ...Array(blockLength(2) - 1).fill(7)]);
});

test('an arena without room says so, and still has what was freed', () => {
  const arena = BlockArena.over(new Float64Array(8 + blockLength(1)));
  const only = arena.allocate(1);
  expect(only).toBe(8);
  expect(arena.allocate(0)).toBe(-1);
  expect(arena.copy(only, 1)).toBe(-1);
  arena.free(only);
  expect(arena.allocate(1 << 30)).toBe(8);
});

test.each([
  ['grows', () => BlockArena.growing(), false],
  ['has no residues', () => BlockArena.over(new Float64Array(4000)), false],
  ['has residues', () => BlockArena.over(new Float64Array(4000), true), true],
])(
  'a copy in an arena that %s has what the old block has, and +0 beside it',
  (_, open, hasResidues) => {
    /** By column, its cell and its residues. */
    const contentOf = (cells: Float64Array, block: number, mask: number) => {
      const content = new Map<number, number[]>();
      const take = (from: number, length: number) => [...cells.subarray(from, from + length)];
      const behind = block + blockLength(naiveCount(mask));
      for (const [i, column] of columnsOf(mask).entries()) {
        const cell = take(block + FIRST_CELL + i * CELL_STRIDE, CELL_STRIDE);
        const residues = hasResidues ? take(behind + i * RESIDUE_STRIDE, RESIDUE_STRIDE) : [];
        content.set(column, [...cell, ...residues]);
      }
      return content;
    };
    const lengthOf = hasResidues ? lengthWithResidues : blockLength;
    fc.assert(
      fc.property(masks, masks, fc.boolean(), (mask, added, hasOld) => {
        const arena = open();
        const old = hasOld ? arena.allocate(mask) : 0;
        const oldMask = hasOld ? mask : 0;
        for (let i = 1; hasOld && i < lengthOf(naiveCount(mask)); i++) arena.cells[old + i] = i;
        const all = oldMask | added;
        const used = arena.allocate(all);
        arena.cells.fill(-1, used + 1, used + lengthOf(naiveCount(all)));
        arena.free(used);
        const before = contentOf(arena.cells, old, oldMask);
        const copy = arena.copy(old, all);
        expect(copy).toBe(used);
        expect(maskAt(arena.cells, copy)).toBe(all);
        for (const [column, content] of contentOf(arena.cells, copy, all)) {
          expect(content).toEqual(before.get(column) ?? content.map(() => 0));
        }
        if (hasOld) expect(contentOf(arena.cells, old, oldMask)).toEqual(before);
      }),
    );
  },
);

test('a copy keeps what is in a block when the arena grows for it', () => {
  const arena = BlockArena.growing();
  const old = arena.allocate(0b10);
  mark(arena.cells, old, 0b10, 7);
  while (arena.used + blockLength(2) <= arena.cells.length) arena.allocate(0b100);
  const before = arena.cells;
  const copy = arena.copy(old, 0b11);
  expect(arena.cells).not.toBe(before);
  const [empty, cell] = [0, 7].map((value) => Array(CELL_STRIDE).fill(value));
  expect([...copyBlock(arena.cells, copy)]).toEqual([3, ...empty!, ...cell!]);
});

const halfLives = metricsOf(DEFAULT_MODEL).map((metric) => metric.halfLives);
const METRICS = halfLives.length;
const metricMasks = fc.integer({ min: 1, max: 2 ** METRICS - 1 });

test('merging a block adds its cells column by column, and leaves marks alone', () => {
  const marks = fc.subarray([27, 28, 29, 30]);
  fc.assert(
    fc.property(fc.array(metricMasks, { minLength: 1, maxLength: 4 }), marks, (sums, kept) => {
      const marked = kept.reduce((mask, column) => mask | (1 << column), 0);
      expect(kept.every((column) => isMark(column))).toBe(true);
      const arena = BlockArena.growing();
      const sources = sums.map((mask, i) => {
        const block = arena.allocate(mask | marked);
        for (const column of columnsOf(mask)) {
          const t = (20_000 + 17 * i + column) * MICROS_PER_DAY;
          const times = halfLives[column]!.map((halfLife) => decayTime(t, halfLife));
          observe(arena.cells, cellAt(arena.cells, block, column), t, times, i + 0.5, 1 + i, 1);
        }
        for (const column of kept) arena.cells[cellAt(arena.cells, block, column)] = 1;
        return block;
      });
      const union = sums.reduce((all, mask) => all | mask, marked);
      const target = new Float64Array(blockLength(popCount(union)));
      target[0] = union;
      for (const source of sources) mergeBlock(target, 0, arena.cells, source, halfLives);
      for (const column of columnsOf(union)) {
        const expected = new Float64Array(CELL_STRIDE);
        for (const source of sources) {
          const from = cellAt(arena.cells, source, column);
          const isSum = !isMark(column);
          if (from >= 0 && isSum) mergeCell(expected, 0, arena.cells, from, halfLives[column]!);
        }
        const at = cellAt(target, 0, column);
        expect([...target.subarray(at, at + CELL_STRIDE)]).toEqual([...expected]);
      }
    }),
  );
});
