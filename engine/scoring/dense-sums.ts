import { cellAt, TIER } from './block.ts';
import { COUNT, NEWEST, SUM_V, SUM_VX, sumsAt } from './cell.ts';
import { type DecayTime, halved } from './decay.ts';
import { readTier } from './marks.ts';

/** Says which rows have changed since when; versions are 32-bit and compared by distance. */
export interface Freshness {
  readonly version: number;
  /** [rows] */
  readonly rowVersions: Int32Array;
}

/** What an estimate of one metric in one memory needs of the rows' cells. */
export interface DenseColumn {
  /**
   * [present x 2]: of each dealer sum v and sum v x, scaled by `whole` half-lives; v is -1 where nothing
   * was observed.
   */
  readonly sums: Float64Array;
  /** Half-lives that the sums are scaled by. */
  readonly whole: number;
}

interface Kept {
  version: number;
}

interface KeptColumn extends DenseColumn, Kept {}

interface KeptField extends Kept {
  /** [present] */
  readonly values: Float64Array;
}

/** Key of the tiers among the fields, which are the first numbers of a block. */
const TIERS = -1;

/**
 * What ranking asks of all dealers of a scope, side by side: so that it reads memory in order, and
 * computes no decay for each cell. Scaling by whole half-lives is exact, so that what comes of these
 * sums is what comes of the cells, to the last bit. Kept from one selection to the next: only rows that
 * changed meanwhile are read again.
 */
export class DenseSums {
  /** Dealers that have a row, ascending: few at a fine scope. */
  readonly present: Int32Array;
  /** [dealers]: place among those present; -1 without a row. */
  readonly placeOf: Int32Array;
  /** [present]: number of the dealer's row. */
  readonly #rows: Int32Array;
  /** By column and memory; as many as metrics were ever ranked by. */
  readonly #columns = new Map<number, KeptColumn>();
  readonly #fields = new Map<number, KeptField>();

  /** `rows`: [dealers], number of the dealer's row; -1 without one. */
  constructor(rows: Int32Array) {
    this.present = Int32Array.from(rows.keys()).filter((dealer) => rows[dealer]! >= 0);
    this.#rows = this.present.map((dealer) => rows[dealer]!);
    this.placeOf = new Int32Array(rows.length).fill(-1);
    for (const [place, dealer] of this.present.entries()) this.placeOf[dealer] = place;
  }

  /** `time` is the moment asked about: it gives the half-life. Without `fresh` all is read anew. */
  column(
    cells: Float64Array,
    blocks: Int32Array,
    { column, memory, time }: { column: number; memory: number; time: DecayTime },
    fresh?: Freshness,
  ): DenseColumn {
    const key = column * 4 + memory;
    let kept = this.#columns.get(key);
    if (kept !== undefined && fresh?.version === kept.version) return kept;
    const known = kept;
    if (kept === undefined) {
      const sums = new Float64Array(2 * this.present.length);
      kept = { sums, whole: time.whole, version: 0 };
      this.#columns.set(key, kept);
    }
    for (let place = 0; place < this.present.length; place++) {
      const row = this.#rows[place]!;
      if (isSame(row, known, fresh)) continue;
      readSums(cells, cellAt(cells, blocks[row]!, column), memory, time, kept, place);
    }
    kept.version = fresh?.version ?? 0;
    return kept;
  }

  /** [present]: a number that every block begins with (block.ts): its mask or one of its times. */
  field(cells: Float64Array, blocks: Int32Array, field: number, fresh?: Freshness): Float64Array {
    return this.#field(field, (block) => cells[block + field]!, blocks, fresh);
  }

  /** [present]: dealers' tiers; 0 without one. */
  tiers(cells: Float64Array, blocks: Int32Array, fresh?: Freshness): Float64Array {
    const read = (block: number): number => readTier(cells, cellAt(cells, block, TIER)) ?? 0;
    return this.#field(TIERS, read, blocks, fresh);
  }

  #field(
    key: number,
    read: (block: number) => number,
    blocks: Int32Array,
    fresh?: Freshness,
  ): Float64Array {
    let kept = this.#fields.get(key);
    if (kept !== undefined && fresh?.version === kept.version) return kept.values;
    const known = kept;
    if (kept === undefined) {
      kept = { values: new Float64Array(this.present.length), version: 0 };
      this.#fields.set(key, kept);
    }
    for (let place = 0; place < this.present.length; place++) {
      const row = this.#rows[place]!;
      if (!isSame(row, known, fresh)) kept.values[place] = read(blocks[row]!);
    }
    kept.version = fresh?.version ?? 0;
    return kept.values;
  }
}

/** Whether a row is as it was when what is kept of it was read. */
function isSame(row: number, known: Kept | undefined, fresh: Freshness | undefined): boolean {
  if (known === undefined || fresh === undefined) return false;
  return ((fresh.rowVersions[row]! - known.version) | 0) <= 0;
}

function readSums(
  cells: Float64Array,
  at: number,
  memory: number,
  { halfLife }: DecayTime,
  { sums, whole }: DenseColumn,
  place: number,
): void {
  if (at < 0 || cells[at + COUNT] === 0) {
    sums[2 * place] = -1;
    return;
  }
  const factor = halved(whole - Math.floor(cells[at + NEWEST]! / halfLife));
  const from = sumsAt(at, memory);
  sums[2 * place] = cells[from + SUM_V]! * factor;
  sums[2 * place + 1] = cells[from + SUM_VX]! * factor;
}
