import {
  type BoardBuffer,
  type BoardViews,
  boardViews,
  CONTROL,
  HEADER,
  NAME,
  ROW_STRIDE,
} from './board.ts';

const encoder = new TextEncoder();

/** Room for dealers in a pair's key. */
const DEALER_LIMIT = 1 << 20;

/** How often a reader's lease can put a version off before it is published all the same. */
const MAX_DEFERRALS = 20;

/** The one writer of a board. */
export class BoardWriter {
  readonly #views: BoardViews;
  readonly #capacity: number;
  readonly #scopes = new Map<string, number>();
  readonly #dealers = new Map<string, number>();
  readonly #rows = new Map<number, number>();
  #dirty: number[] = [];
  #version: number;
  #nameBytes = 0;
  #deferrals = 0;
  #refused = 0;

  constructor(board: BoardBuffer) {
    this.#views = boardViews(board);
    this.#capacity = board.shape.rows;
    this.#version = Atomics.load(this.#views.control, CONTROL.version);
  }

  /** The half being written; a new array after each publish. */
  get cells(): Float64Array {
    return this.#views.halves[this.#back]!;
  }

  /** The header of the version being written. Stands over from version to version. */
  get header(): Float64Array {
    return this.#views.headers[this.#back]!;
  }

  get rowCount(): number {
    return this.#rows.size;
  }

  /** How often there was no room for a pair or a name. */
  get refused(): number {
    return this.#refused;
  }

  get #back(): 0 | 1 {
    return ((this.#version + 1) & 1) as 0 | 1;
  }

  /** Index of a scope, named on first use; -1 when there is no room for the name. */
  scopeIndex(scope: string): number {
    return this.#indexOf(this.#scopes, NAME.scope, scope);
  }

  /** Index of a dealer, named on first use; -1 when there is no room for the name. */
  dealerIndex(dealerId: string): number {
    return this.#indexOf(this.#dealers, NAME.dealer, dealerId);
  }

  /** Leaves an instrument's reference record, as JSON, where readers find it; the newest holds. */
  nameInstrument(json: string): void {
    if (!this.#appendName(NAME.instrument, json)) this.#refused++;
  }

  /** Row of a pair, opened on first use; -1 when the board is full. */
  row(scope: number, dealer: number): number {
    const key = scope * DEALER_LIMIT + dealer;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#rows.size;
    if (row === this.#capacity || scope < 0 || dealer < 0) {
      this.#refused++;
      return -1;
    }
    this.#rows.set(key, row);
    this.#views.rowKeys[2 * row] = scope;
    this.#views.rowKeys[2 * row + 1] = dealer;
    return row;
  }

  /** Call before changing a row of `cells`. Returns the offset of its first cell. */
  touch(row: number): number {
    const version = (this.#version + 1) | 0;
    if (this.#views.rowVersions[row] !== version) {
      this.#views.rowVersions[row] = version;
      this.#dirty.push(row);
    }
    return row * ROW_STRIDE;
  }

  /**
   * Makes everything written so far visible at once. Returns false when a reader's lease puts it
   * off; call again soon.
   */
  publish(): boolean {
    const { control } = this.#views;
    if (Atomics.load(control, CONTROL.lease) !== 0 && this.#deferrals < MAX_DEFERRALS) {
      this.#deferrals++;
      return false;
    }
    this.#deferrals = 0;
    const front = this.#back;
    this.header[HEADER.rows] = this.#rows.size;
    Atomics.store(control, CONTROL.nameBytes, this.#nameBytes);
    this.#version = (this.#version + 1) | 0;
    Atomics.store(control, CONTROL.version, this.#version);
    this.#copyDirty(front);
    return true;
  }

  #copyDirty(front: 0 | 1): void {
    const source = this.#views.halves[front]!;
    const target = this.cells;
    for (const row of this.#dirty) {
      const at = row * ROW_STRIDE;
      for (let i = at; i < at + ROW_STRIDE; i++) target[i] = source[i]!;
    }
    this.#dirty = [];
    this.header.set(this.#views.headers[front]!);
  }

  #indexOf(indices: Map<string, number>, kind: number, name: string): number {
    const known = indices.get(name);
    if (known !== undefined) return known;
    if (!this.#appendName(kind, name)) return -1;
    const index = indices.size;
    indices.set(name, index);
    return index;
  }

  /**
   * Whether there was room. A record is its kind, its length as four bytes (big-endian), and UTF-8 text.
   */
  #appendName(kind: number, text: string): boolean {
    const bytes = encoder.encode(text);
    const { names } = this.#views;
    const at = this.#nameBytes;
    if (at + 5 + bytes.length > names.length) return false;
    names[at] = kind;
    new DataView(names.buffer, names.byteOffset).setUint32(at + 1, bytes.length);
    names.set(bytes, at + 5);
    this.#nameBytes = at + 5 + bytes.length;
    return true;
  }
}
