import {
  blockLength,
  FIRST_CELL,
  lengthWithResidues,
  MAX_COLUMNS,
  maskAt,
  popCount,
} from './block.ts';
import { CELL_STRIDE, RESIDUE_STRIDE } from './cell.ts';

/** No block begins here, so that 0 can say "none". */
const FIRST_BLOCK = 8;

/**
 * Room for blocks (block.ts) in one array of doubles. Freed blocks are used again for blocks of as
 * many columns. Belongs to one writer.
 */
export class BlockArena {
  #cells: Float64Array;
  readonly #isFixed: boolean;
  readonly #hasResidues: boolean;
  /** Doubles of a block by its number of columns. */
  readonly #lengthOf: (columns: number) => number;
  /** By number of columns: offsets of blocks that nobody uses. */
  readonly #free: number[][] = Array.from({ length: MAX_COLUMNS + 1 }, () => []);
  #used = FIRST_BLOCK;

  private constructor(cells: Float64Array, isFixed: boolean, hasResidues: boolean) {
    this.#cells = cells;
    this.#isFixed = isFixed;
    this.#hasResidues = hasResidues;
    this.#lengthOf = hasResidues ? lengthWithResidues : blockLength;
  }

  /** Over memory that others read, which cannot grow. */
  static over(cells: Float64Array, hasResidues = false): BlockArena {
    return new BlockArena(cells, true, hasResidues);
  }

  /** Of its own; `cells` is another array after it has grown. */
  static growing(): BlockArena {
    return new BlockArena(new Float64Array(4096), false, false);
  }

  get cells(): Float64Array {
    return this.#cells;
  }

  /** Doubles that blocks take, in use or free again. */
  get used(): number {
    return this.#used;
  }

  /** A block for `mask`, its cells all +0; -1 when there is no room. */
  allocate(mask: number): number {
    const at = this.#allocateUnset(mask);
    if (at < 0) return -1;
    const cells = this.#cells;
    // Short, so that a loop is done before `fill` has begun.
    for (let i = at + this.#lengthOf(popCount(mask)) - 1; i > at; i--) cells[i] = 0;
    return at;
  }

  /**
   * A block for `mask` with the cells of an old one (0: none), whose columns are some of those; what it
   * has none of is +0. -1 when there is no room.
   */
  copy(old: number, mask: number): number {
    const block = this.#allocateUnset(mask);
    if (block < 0) return -1;
    const cells = this.#cells;
    const oldMask = old === 0 ? 0 : maskAt(cells, old);
    if (oldMask === mask) {
      cells.copyWithin(block + 1, old + 1, old + this.#lengthOf(popCount(mask)));
      return block;
    }
    this.#spread(old + FIRST_CELL, oldMask, block + FIRST_CELL, mask, CELL_STRIDE);
    if (this.#hasResidues) {
      const from = old + blockLength(popCount(oldMask));
      const to = block + blockLength(popCount(mask));
      this.#spread(from, oldMask, to, mask, RESIDUE_STRIDE);
    }
    return block;
  }

  /** Gives a block back, as large as its mask says. */
  free(block: number): void {
    this.#free[popCount(maskAt(this.#cells, block))]!.push(block);
  }

  /** A block with anything in its cells, for who writes all of them. */
  #allocateUnset(mask: number): number {
    const columns = popCount(mask);
    const at = this.#free[columns]!.pop() ?? this.#extend(this.#lengthOf(columns));
    if (at >= 0) this.#cells[at] = mask;
    return at;
  }

  /** Copies `stride` doubles for each column of `mask`, which are 0 where the source has none. */
  #spread(from: number, fromMask: number, to: number, mask: number, stride: number): void {
    const cells = this.#cells;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const end = to + stride;
      if ((fromMask & rest & -rest) !== 0) while (to < end) cells[to++] = cells[from++]!;
      else while (to < end) cells[to++] = 0;
    }
  }

  #extend(length: number): number {
    const at = this.#used;
    if (at + length > this.#cells.length) {
      if (this.#isFixed) return -1;
      const larger = new Float64Array(Math.max(2 * this.#cells.length, at + length));
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#used = at + length;
    return at;
  }
}
