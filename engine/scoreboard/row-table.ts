const FIRST_SLOTS = 1024;

/**
 * Finds the row of a (scope, dealer) pair: open addressing over the row keys that the board has
 * anyway, so that a pair costs a few bytes and a look-up makes nothing. Rows are only appended.
 */
export class RowTable {
  /** [rows x 2]: scope index, dealer index. */
  readonly #keys: Int32Array;
  /** [a power of two]: row + 1; 0 for an empty slot. At most half full. */
  #slots = new Int32Array(FIRST_SLOTS);
  #size = 0;

  constructor(keys: Int32Array) {
    this.#keys = keys;
  }

  get size(): number {
    return this.#size;
  }

  /** -1 for a pair that has none. */
  find(scope: number, dealer: number): number {
    return this.#slots[this.#slotOf(scope, dealer)]! - 1;
  }

  /** Gives a pair that has no row the next one, writes its key, and returns it. */
  append(scope: number, dealer: number): number {
    const row = this.#size++;
    this.#keys[2 * row] = scope;
    this.#keys[2 * row + 1] = dealer;
    if (2 * this.#size > this.#slots.length) this.#grow();
    else this.#slots[this.#slotOf(scope, dealer)] = row + 1;
    return row;
  }

  /** Where the pair stands, or would. */
  #slotOf(scope: number, dealer: number): number {
    const keys = this.#keys;
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = hashOf(scope, dealer) & last;
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      const at = 2 * (entry - 1);
      if (keys[at] === scope && keys[at + 1] === dealer) break;
      slot = (slot + 1) & last;
    }
    return slot;
  }

  #grow(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let row = 0; row < this.#size; row++) {
      this.#slots[this.#slotOf(this.#keys[2 * row]!, this.#keys[2 * row + 1]!)] = row + 1;
    }
  }
}

function hashOf(scope: number, dealer: number): number {
  const h = Math.imul(scope, 0x9e3779b1) ^ Math.imul(dealer, 0x85ebca6b);
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> 7;
}
