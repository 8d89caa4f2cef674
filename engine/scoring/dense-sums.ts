import { cellAt, TIER } from './block.ts';
import type { DecayTime } from './decay.ts';
import { DenseColumn } from './dense-column.ts';
import { readTier } from './marks.ts';
import { MEMORIES } from './metrics.ts';

/** Says which rows have changed since when; versions are 32-bit and compared by distance. */
export interface Freshness {
  readonly version: number;
  /** [rows] */
  readonly rowVersions: Int32Array;
}

interface DenseField {
  readonly field: number;
  /** [places] */
  readonly values: Float64Array;
}

/** Key of the tiers among the fields, which are the first numbers of a block. */
const TIERS = -1;

/**
 * What ranking asks of all dealers of a scope, side by side: so that it reads memory in order, and
 * computes no decay for each cell. Kept from one selection to the next: only rows that changed meanwhile
 * are read again.
 */
export class DenseSums {
  /** Dealers that have a row: `count` of them, few at a fine scope. Each has its place for good. */
  readonly present: Int32Array;
  /** [dealers]: place among those present; -1 without a row. */
  readonly placeOf: Int32Array;
  /** By place: number of the dealer's row. */
  readonly #rows: Int32Array;
  /** As many as metrics were ever ranked by. */
  readonly #columns: DenseColumn[] = [];
  /** The same by metric and memory. */
  readonly #columnOf: (DenseColumn | undefined)[] = [];
  readonly #fields: DenseField[] = [];
  #count = 0;
  /** Of the rows that everything kept was read from; null: of some that nobody can name. */
  #version: number | null = null;
  /** Places that were there then. */
  #read = 0;

  /** `rows`: [dealers], number of the dealer's row; -1 without one. */
  constructor(rows: Int32Array) {
    this.present = new Int32Array(rows.length);
    this.#rows = new Int32Array(rows.length);
    this.placeOf = new Int32Array(rows.length).fill(-1);
    for (let dealer = 0; dealer < rows.length; dealer++) {
      if (rows[dealer]! >= 0) this.add(dealer, rows[dealer]!);
    }
  }

  get count(): number {
    return this.#count;
  }

  /** A dealer without one gets a row. */
  add(dealer: number, row: number): void {
    const place = this.#count++;
    this.present[place] = dealer;
    this.#rows[place] = row;
    this.placeOf[dealer] = place;
  }

  /** `time` is the moment asked about: it gives the half-life. Without `fresh` all is read anew. */
  column(
    cells: Float64Array,
    blocks: Int32Array,
    { column, memory, time }: { column: number; memory: number; time: DecayTime },
    fresh?: Freshness,
  ): DenseColumn {
    this.#bringUp(cells, blocks, fresh);
    const name = column * MEMORIES.length + memory;
    let kept = this.#columnOf[name];
    if (kept !== undefined && fresh !== undefined) return kept;
    if (kept === undefined) {
      const key = { column, memory, halfLife: time.halfLife };
      kept = new DenseColumn(key, time.whole, this.placeOf);
      this.#columns.push(kept);
      this.#columnOf[name] = kept;
    }
    for (let place = 0; place < this.#count; place++) {
      this.#readCell(kept, place, cells, blocks[this.#rows[place]!]!);
    }
    return kept;
  }

  /** [places]: a number that every block begins with (block.ts): its mask or one of its times. */
  field(cells: Float64Array, blocks: Int32Array, field: number, fresh?: Freshness): Float64Array {
    return this.#field(field, cells, blocks, fresh);
  }

  /** [places]: dealers' tiers; 0 without one. */
  tiers(cells: Float64Array, blocks: Int32Array, fresh?: Freshness): Float64Array {
    return this.#field(TIERS, cells, blocks, fresh);
  }

  #field(
    field: number,
    cells: Float64Array,
    blocks: Int32Array,
    fresh: Freshness | undefined,
  ): Float64Array {
    this.#bringUp(cells, blocks, fresh);
    let kept = this.#fields.find((each) => each.field === field);
    if (kept !== undefined && fresh !== undefined) return kept.values;
    if (kept === undefined) {
      kept = { field, values: new Float64Array(this.present.length) };
      this.#fields.push(kept);
    }
    for (let place = 0; place < this.#count; place++) {
      kept.values[place] = readField(cells, blocks[this.#rows[place]!]!, field);
    }
    return kept.values;
  }

  /** Reads what has changed since everything kept was read. */
  #bringUp(cells: Float64Array, blocks: Int32Array, fresh: Freshness | undefined): void {
    const before = this.#version;
    const read = this.#read;
    if (before === (fresh?.version ?? null) && read === this.#count) return;
    this.#version = fresh?.version ?? null;
    this.#read = this.#count;
    if (fresh === undefined) return;
    for (let place = 0; place < this.#count; place++) {
      const row = this.#rows[place]!;
      const isKept = before !== null && place < read;
      if (isKept && ((fresh.rowVersions[row]! - before) | 0) <= 0) continue;
      const block = blocks[row]!;
      for (const column of this.#columns) this.#readCell(column, place, cells, block);
      for (const { field, values } of this.#fields) values[place] = readField(cells, block, field);
    }
  }

  #readCell(column: DenseColumn, place: number, cells: Float64Array, block: number): void {
    column.read(cells, cellAt(cells, block, column.key.column), place, this.present[place]!);
  }
}

function readField(cells: Float64Array, block: number, field: number): number {
  return field === TIERS
    ? (readTier(cells, cellAt(cells, block, TIER)) ?? 0)
    : cells[block + field]!;
}
