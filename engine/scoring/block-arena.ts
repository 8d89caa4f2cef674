import { blockLength, MAX_COLUMNS, maskAt, popCount } from './block.ts';

/** No block begins here, so that 0 can say "none". */
const FIRST_BLOCK = 8;

/**
 * Room for blocks (block.ts) in one array of doubles. Freed blocks are used again for blocks of as
 * many columns. Belongs to one writer.
 */
export class BlockArena {
  #cells: Float64Array;
  readonly #isFixed: boolean;
  /** Doubles of a block by its number of columns. */
  readonly #lengthOf: (columns: number) => number;
  /** By number of columns: offsets of blocks that nobody uses. */
  readonly #free: number[][] = Array.from({ length: MAX_COLUMNS + 1 }, () => []);
  #used = FIRST_BLOCK;

  private constructor(cells: Float64Array, isFixed: boolean, lengthOf = blockLength) {
    this.#cells = cells;
    this.#isFixed = isFixed;
    this.#lengthOf = lengthOf;
  }

  /** Over memory that others read, which cannot grow. */
  static over(cells: Float64Array, lengthOf = blockLength): BlockArena {
    return new BlockArena(cells, true, lengthOf);
  }

  /** Of its own; `cells` is another array after it has grown. */
  static growing(): BlockArena {
    return new BlockArena(new Float64Array(4096), false);
  }

  get cells(): Float64Array {
    return this.#cells;
  }

  /** Doubles that blocks take, in use or free again. */
  get used(): number {
    return this.#used;
  }

  /** A block for `mask`, its times and cells all +0; -1 when there is no room. */
  allocate(mask: number): number {
    const at = this.allocateUnset(mask);
    if (at < 0) return -1;
    const cells = this.#cells;
    // Short, so that a loop is done before `fill` has begun.
    for (let i = at + this.#lengthOf(popCount(mask)) - 1; i > at; i--) cells[i] = 0;
    return at;
  }

  /** The same with anything in its times and cells, for who writes all of them. */
  allocateUnset(mask: number): number {
    const columns = popCount(mask);
    const at = this.#free[columns]!.pop() ?? this.#extend(this.#lengthOf(columns));
    if (at >= 0) this.#cells[at] = mask;
    return at;
  }

  /** Gives a block back, as large as its mask says. */
  free(block: number): void {
    this.#free[popCount(maskAt(this.#cells, block))]!.push(block);
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
