import type { Micros } from '../../schemas/ids.ts';
import { ROW_TIMES } from '../scoring/row-memory.ts';
import type { BoardViews } from './board.ts';

/** The times of a board's rows (scoring/row-memory.ts) as its one writer writes them (board.ts). */
export class TimesTable {
  readonly #tables: readonly [Float64Array, Float64Array];
  readonly #versions: Int32Array;
  /** The version being written, and its table. */
  #next: number;
  #back: Float64Array;
  /** Rows whose times that version has changed. */
  #dirty: number[] = [];

  constructor({ times, timeVersions }: BoardViews, next: number) {
    this.#tables = times;
    this.#versions = timeVersions;
    this.#next = next;
    this.#back = times[(next & 1) as 0 | 1];
  }

  /** [rows x 2]: in the version being written; another array after each publish. */
  get written(): Float64Array {
    return this.#back;
  }

  /** Brings a time of a row, NEWEST_QUOTE or NEWEST_ASK, up to `t`; a later one stands. -1 for no row. */
  raise(row: number, time: number, t: Micros): void {
    if (row >= 0 && this.#back[row * ROW_TIMES + time]! < t) this.set(row, time, t);
  }

  set(row: number, time: number, t: Micros): void {
    const at = row * ROW_TIMES + time;
    if (this.#back[at] === t) return;
    this.#back[at] = t;
    if (this.#versions[row] === this.#next) return;
    this.#versions[row] = this.#next;
    this.#dirty.push(row);
  }

  /** The version is published: brings the other table up to it, and goes on with the `next` one there. */
  turn(next: number): void {
    const front = this.#back;
    const back = this.#tables[(next & 1) as 0 | 1];
    for (const row of this.#dirty) {
      for (let i = row * ROW_TIMES; i < (row + 1) * ROW_TIMES; i++) back[i] = front[i]!;
    }
    this.#dirty = [];
    this.#next = next;
    this.#back = back;
  }
}
