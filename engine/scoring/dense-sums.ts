import { cellAt } from './block.ts';
import { COUNT, NEWEST, SUM_V, SUM_VX, sumsAt } from './cell.ts';
import { type DecayTime, halved } from './decay.ts';

/** Says which rows have changed since when; versions are 32-bit and compared by distance. */
export interface Freshness {
  readonly version: number;
  /** [rows] */
  readonly rowVersions: Int32Array;
}

/** What an estimate of one metric in one memory needs of a row's cell. */
export interface DenseColumn {
  /** [dealers]: sum v, scaled by `whole` half-lives; -1 where nothing was observed. */
  readonly v: Float64Array;
  /** [dealers]: sum v x, scaled likewise. */
  readonly vx: Float64Array;
  /** Half-lives that the sums are scaled by. */
  readonly whole: number;
}

interface KeptColumn extends DenseColumn {
  version: number;
}

/**
 * The sums of one scope side by side, dealer after dealer, so that ranking everybody reads memory in
 * order and computes no decay for each cell. Scaling by whole half-lives is exact, so that what comes
 * of these sums is what comes of the cells, to the last bit. Kept from one selection to the next: only
 * rows that changed meanwhile are read again.
 */
export class DenseSums {
  /** [dealers]: number of the dealer's row; -1 without one. */
  readonly #rows: Int32Array;
  /** Dealers that have a row, ascending: few at a fine scope. */
  readonly present: Int32Array;
  /** By column and memory; as many as metrics were ever ranked by. */
  readonly #columns = new Map<number, KeptColumn>();

  constructor(rows: Int32Array) {
    this.#rows = rows;
    this.present = Int32Array.from(rows.keys()).filter((dealer) => rows[dealer]! >= 0);
  }

  /** `time` is the moment asked about: it gives the half-life. Without `fresh` all is read anew. */
  column(
    cells: Float64Array,
    blocks: Int32Array,
    { column, memory, time }: { column: number; memory: number; time: DecayTime },
    fresh?: Freshness,
  ): DenseColumn {
    const key = column * 4 + memory;
    const known = this.#columns.get(key);
    if (known !== undefined && fresh?.version === known.version) return known;
    const kept = known ?? this.#open(key, time.whole);
    for (let i = 0; i < this.present.length; i++) {
      const dealer = this.present[i]!;
      const row = this.#rows[dealer]!;
      const isSame =
        known !== undefined &&
        fresh !== undefined &&
        ((fresh.rowVersions[row]! - known.version) | 0) <= 0;
      if (!isSame)
        this.#read(cells, cellAt(cells, blocks[row]!, column), memory, time, kept, dealer);
    }
    kept.version = fresh?.version ?? 0;
    return kept;
  }

  #open(key: number, whole: number): KeptColumn {
    const { length } = this.#rows;
    const kept = {
      v: new Float64Array(length).fill(-1),
      vx: new Float64Array(length),
      whole,
      version: 0,
    };
    this.#columns.set(key, kept);
    return kept;
  }

  #read(
    cells: Float64Array,
    at: number,
    memory: number,
    { halfLife }: DecayTime,
    { v, vx, whole }: KeptColumn,
    dealer: number,
  ): void {
    if (at < 0 || cells[at + COUNT] === 0) {
      v[dealer] = -1;
      return;
    }
    const factor = halved(whole - Math.floor(cells[at + NEWEST]! / halfLife));
    const sums = sumsAt(at, memory);
    v[dealer] = cells[sums + SUM_V]! * factor;
    vx[dealer] = cells[sums + SUM_VX]! * factor;
  }
}
