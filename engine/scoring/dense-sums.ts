import { cellAt, maskAt, TIER } from './block.ts';
import type { DecayTime } from './decay.ts';
import { DenseColumn } from './dense-column.ts';
import { readTier } from './marks.ts';
import { MEMORIES } from './metrics.ts';
import {
  type Freshness,
  hasChanged,
  NEWEST_ASK,
  NEWEST_QUOTE,
  ROW_TIMES,
  type RowMemory,
} from './row-memory.ts';

/** The rows to read; without `fresh` all are read anew. */
interface ReadRows extends RowMemory {
  readonly fresh?: Freshness;
}

/** A number of each row that is no sum. */
type Field = 'mask' | 'tier' | 'newestQuote' | 'newestAsk';

interface DenseField {
  readonly field: Field;
  /** [places] */
  readonly values: Float64Array;
}

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

  /** `time` is the moment asked about: it gives the half-life. */
  column(
    rows: ReadRows,
    { column, memory, time }: { column: number; memory: number; time: DecayTime },
  ): DenseColumn {
    this.#bringUp(rows);
    const name = column * MEMORIES.length + memory;
    let kept = this.#columnOf[name];
    if (kept !== undefined && rows.fresh !== undefined) return kept;
    if (kept === undefined) {
      const key = { column, memory, halfLife: time.halfLife };
      kept = new DenseColumn(key, time.whole, this.placeOf);
      this.#columns.push(kept);
      this.#columnOf[name] = kept;
    }
    for (let place = 0; place < this.#count; place++) {
      this.#readCell(kept, place, rows.cells, rows.blocks[this.#rows[place]!]!);
    }
    return kept;
  }

  /** [places]: masks of the rows' columns, dealers' tiers (0 without one), or times (0 for never). */
  field(rows: ReadRows, field: Field): Float64Array {
    this.#bringUp(rows);
    let kept = this.#fields.find((each) => each.field === field);
    if (kept !== undefined && rows.fresh !== undefined) return kept.values;
    if (kept === undefined) {
      kept = { field, values: new Float64Array(this.present.length) };
      this.#fields.push(kept);
    }
    for (let place = 0; place < this.#count; place++) {
      kept.values[place] = readField(rows, this.#rows[place]!, field);
    }
    return kept.values;
  }

  /** Reads what has changed since everything kept was read. */
  #bringUp(rows: ReadRows): void {
    const { fresh } = rows;
    const before = this.#version;
    const read = this.#read;
    if (before === (fresh?.version ?? null) && read === this.#count) return;
    this.#version = fresh?.version ?? null;
    this.#read = this.#count;
    if (fresh === undefined) return;
    for (let place = 0; place < this.#count; place++) {
      const row = this.#rows[place]!;
      const isKept = before !== null && place < read;
      if (isKept && !hasChanged(fresh, row, before)) continue;
      const block = rows.blocks[row]!;
      for (const column of this.#columns) this.#readCell(column, place, rows.cells, block);
      for (const { field, values } of this.#fields) values[place] = readField(rows, row, field);
    }
  }

  #readCell(column: DenseColumn, place: number, cells: Float64Array, block: number): void {
    column.read(cells, cellAt(cells, block, column.key.column), place, this.present[place]!);
  }
}

function readField({ cells, blocks, times }: RowMemory, row: number, field: Field): number {
  switch (field) {
    case 'mask':
      return maskAt(cells, blocks[row]!);
    case 'tier':
      return readTier(cells, cellAt(cells, blocks[row]!, TIER)) ?? 0;
    case 'newestQuote':
      return times[row * ROW_TIMES + NEWEST_QUOTE]!;
    case 'newestAsk':
      return times[row * ROW_TIMES + NEWEST_ASK]!;
  }
}
