import { COUNT, NEWEST, SUM_V, SUM_VX, sumsAt } from './cell.ts';
import { halved } from './decay.ts';

/** Which sums of a row a column is made of. */
export interface ColumnKey {
  readonly column: number;
  /** Index into MEMORIES. */
  readonly memory: number;
  readonly halfLife: number;
}

/**
 * What an estimate of one metric in one memory needs of a scope's rows, side by side, of those dealers
 * alone for whom anything was observed: a loop over it asks nothing of a dealer.
 */
export class DenseColumn {
  readonly key: ColumnKey;
  /** Half-lives that the sums are scaled by. */
  readonly whole: number;
  /** Dealers, in no order: `count` of them. */
  dealers = new Int32Array(0);
  /** [dealers x 2]: sum v and sum v x. */
  sums = new Float64Array(0);
  /** [places]: where in `dealers` the dealer of a place stands; -1: nothing was observed. */
  readonly #slotOf: Int32Array;
  /** [dealers]: their places. */
  readonly #placeOf: Int32Array;
  #count = 0;

  constructor(key: ColumnKey, whole: number, placeOf: Int32Array) {
    this.key = key;
    this.whole = whole;
    this.#slotOf = new Int32Array(placeOf.length).fill(-1);
    this.#placeOf = placeOf;
  }

  get count(): number {
    return this.#count;
  }

  /** Takes over the cell at `at` of the dealer at a place; -1: there is none. */
  read(cells: Float64Array, at: number, place: number, dealer: number): void {
    if (at < 0 || cells[at + COUNT] === 0) {
      this.#remove(place);
      return;
    }
    let slot = this.#slotOf[place]!;
    if (slot < 0) {
      slot = this.#count++;
      if (slot === this.dealers.length) this.#grow();
      this.#slotOf[place] = slot;
      this.dealers[slot] = dealer;
    }
    const { memory, halfLife } = this.key;
    // Scaling by whole half-lives is exact: what comes of these sums is what comes of the cell.
    const factor = halved(this.whole - Math.floor(cells[at + NEWEST]! / halfLife));
    const from = sumsAt(at, memory);
    this.sums[2 * slot] = cells[from + SUM_V]! * factor;
    this.sums[2 * slot + 1] = cells[from + SUM_VX]! * factor;
  }

  #grow(): void {
    const { dealers, sums } = this;
    const room = Math.min(this.#slotOf.length, Math.max(8, 2 * dealers.length));
    this.dealers = new Int32Array(room);
    this.dealers.set(dealers);
    this.sums = new Float64Array(2 * room);
    this.sums.set(sums);
  }

  /** The last takes its slot. */
  #remove(place: number): void {
    const slot = this.#slotOf[place]!;
    if (slot < 0) return;
    this.#slotOf[place] = -1;
    const last = --this.#count;
    if (slot === last) return;
    const dealer = this.dealers[last]!;
    this.#slotOf[this.#placeOf[dealer]!] = slot;
    this.dealers[slot] = dealer;
    this.sums[2 * slot] = this.sums[2 * last]!;
    this.sums[2 * slot + 1] = this.sums[2 * last + 1]!;
  }
}
