import assert from 'node:assert/strict';
import {
  blockLength,
  cellAt,
  FIRST_CELL,
  lengthWithResidues,
  maskAt,
  popCount,
} from '../scoring/block.ts';
import { BlockArena } from '../scoring/block-arena.ts';
import { type Addition, addTo, CELL_STRIDE, RESIDUE_STRIDE } from '../scoring/cell.ts';
import { ROW_TIMES } from '../scoring/row-memory.ts';
import {
  type BoardBuffer,
  type BoardViews,
  BYTES_BESIDE_BLOCK,
  boardViews,
  CONTROL,
  HEADER,
  NAME,
} from './board.ts';
import type { BoardSnapshot } from './board-snapshot.ts';
import { NameTable } from './names.ts';
import { RowTable } from './row-table.ts';
import { TimesTable } from './times-table.ts';

/** How often a reader's lease can put a version off before it is published all the same. */
const MAX_DEFERRALS = 20;

/** The one writer of a board. */
export class BoardWriter {
  readonly #views: BoardViews;
  readonly #capacity: number;
  readonly #names: NameTable;
  readonly #rows: RowTable;
  readonly #arena: BlockArena;
  readonly #hasResidues: boolean;
  readonly cells: Float64Array;
  readonly newest: TimesTable;
  /** The board's cells as floats, for the residues behind them. */
  readonly #residues: Float32Array;
  readonly #rowVersions: Int32Array;
  /** [rows]: offsets of blocks in the version being written; another array after each publish. */
  #blocks: Int32Array;
  /** That version. */
  #next: number;
  #dirty: number[] = [];
  /** Blocks of the front that this version has replaced. */
  #replaced: number[] = [];
  #deferrals = 0;
  #refused = 0;

  /** Residues are for a writer that observes; one that merges needs none. */
  constructor(board: BoardBuffer, hasResidues = false) {
    this.#views = boardViews(board);
    this.#hasResidues = hasResidues;
    this.cells = this.#views.cells;
    this.#rowVersions = this.#views.rowVersions;
    const { buffer, byteOffset, length } = this.cells;
    this.#residues = new Float32Array(buffer, byteOffset, 2 * length);
    this.#capacity = board.shape.rows;
    this.#rows = new RowTable(this.#views.rowKeys);
    this.#names = new NameTable(this.#views.names);
    this.#arena = BlockArena.over(this.#views.cells, hasResidues);
    this.#next = (Atomics.load(this.#views.control, CONTROL.version) + 1) | 0;
    this.#blocks = this.#views.tables[this.#back]!;
    this.newest = new TimesTable(this.#views, this.#next);
  }

  /** [rows]: offsets of blocks in the version being written; another array after each publish. */
  get blocks(): Int32Array {
    return this.#blocks;
  }

  /** [rows x 2]: times of rows in the version being written; another array after each publish. */
  get times(): Float64Array {
    return this.newest.written;
  }

  /** Bytes that rows take: blocks in use or free again, and what stands beside them by row. */
  get rowBytes(): number {
    const blocks = this.#arena.used * Float64Array.BYTES_PER_ELEMENT;
    return blocks + this.#rows.size * BYTES_BESIDE_BLOCK;
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
    return (this.#next & 1) as 0 | 1;
  }

  /** Index of a scope, named on first use; -1 when there is no room for the name. */
  scopeIndex(scope: string): number {
    return this.#names.scopeIndex(scope);
  }

  /** Index of a dealer, named on first use; -1 when there is no room for the name. */
  dealerIndex(dealerId: string): number {
    return this.#names.dealerIndex(dealerId);
  }

  /** Leaves an instrument's reference record, as JSON, where readers find it; the newest holds. */
  nameInstrument(json: string): void {
    if (!this.#names.append(NAME.instrument, json)) this.#refused++;
  }

  /** Row of a pair, opened on first use; -1 when the board is full. */
  row(scope: number, dealer: number): number {
    const known = this.#rows.find(scope, dealer);
    if (known >= 0) return known;
    if (this.#rows.size === this.#capacity || scope < 0 || dealer < 0) {
      this.#refused++;
      return -1;
    }
    return this.#rows.append(scope, dealer);
  }

  /** The rows of the scopes that `isWanted`, as they stand in the version being written. */
  rowsOf(isWanted: (scope: string) => boolean): { scope: string; dealer: string; block: number }[] {
    const { scopes, dealers } = this.#names;
    const wanted = scopes.map(isWanted);
    const rows: { scope: string; dealer: string; block: number }[] = [];
    for (let row = 0; row < this.#rows.size; row++) {
      const scope = this.#views.rowKeys[2 * row]!;
      if (!wanted[scope]) continue;
      const dealer = dealers[this.#views.rowKeys[2 * row + 1]!]!;
      rows.push({ scope: scopes[scope]!, dealer, block: this.#blocks[row]! });
    }
    return rows;
  }

  /**
   * Offset of a row's cell in a column, which the row gets if it does not have it, to be changed
   * before the next call of the writer. -1 when there is no room.
   */
  cell(row: number, column: number): number {
    const block = this.#own(row, 1 << column);
    return block < 0 ? -1 : cellAt(this.cells, block, column);
  }

  /** Adds an observation to a row's cell in a column, of a writer that observes; -1 for no row. */
  add(row: number, column: number, addition: Addition): void {
    const block = row < 0 ? -1 : this.#own(row, 1 << column);
    if (block < 0) return;
    const { cells } = this;
    const mask = maskAt(cells, block);
    const before = popCount(mask & ((1 << column) - 1));
    const at = block + FIRST_CELL + before * CELL_STRIDE;
    const residue = 2 * (block + blockLength(popCount(mask)) + before * RESIDUE_STRIDE);
    addTo(cells, at, addition, this.#residues, residue);
  }

  /** Gives a row a new block with the cells of `mask`, all +0. -1 when there is no room. */
  renew(row: number, mask: number): number {
    const before = this.#blocks[row]!;
    const block = this.#arena.allocate(mask);
    if (block < 0) {
      this.#refused++;
      return -1;
    }
    if (this.#touch(row)) this.#retire(before);
    else this.#arena.free(before);
    this.#blocks[row] = block;
    return block;
  }

  /** Everything written so far, published or not, of a writer with residues. */
  snapshot(): BoardSnapshot {
    const rowKeys = this.#views.rowKeys.slice(0, 2 * this.#rows.size);
    const lengths = new Int32Array(this.#rows.size);
    let total = 0;
    for (let row = 0; row < lengths.length; row++) {
      const block = this.#blocks[row]!;
      if (block !== 0) lengths[row] = lengthWithResidues(popCount(maskAt(this.cells, block)));
      total += lengths[row]!;
    }
    const cells = new Float64Array(total);
    let at = 0;
    for (const [row, length] of lengths.entries()) {
      const block = this.#blocks[row]!;
      cells.set(this.cells.subarray(block, block + length), at);
      at += length;
    }
    const times = this.times.slice(0, ROW_TIMES * lengths.length);
    return {
      names: this.#names.snapshot(),
      rowKeys,
      lengths,
      times,
      cells,
      refused: this.#refused,
    };
  }

  /** Writes what a snapshot says to a board that nothing was written to. */
  restore({ names, rowKeys, lengths, times, cells, refused }: BoardSnapshot): void {
    assert(this.#hasResidues && this.#rows.size === 0, 'a fresh board of a writer that observes');
    this.#names.restore(names);
    let at = 0;
    for (const [i, length] of lengths.entries()) {
      const row = this.#rows.append(rowKeys[2 * i]!, rowKeys[2 * i + 1]!);
      for (let time = 0; time < ROW_TIMES; time++) {
        this.newest.raise(row, time, times[i * ROW_TIMES + time]!);
      }
      if (length === 0) continue;
      const block = this.renew(row, maskAt(cells, at));
      assert(block >= 0, 'what one board held, another of its shape holds');
      this.cells.set(cells.subarray(at, at + length), block);
      at += length;
    }
    this.#refused = refused;
  }

  /** Notes that a row's block changes in this version; whether this is its first change. */
  #touch(row: number): boolean {
    if (this.#rowVersions[row] === this.#next) return false;
    this.#rowVersions[row] = this.#next;
    this.#dirty.push(row);
    return true;
  }

  /**
   * The row's block in this version, with the columns of `mask` beside those that it has: a copy
   * where the block is the front's or lacks one. -1 when there is no room.
   */
  #own(row: number, mask: number): number {
    const block = this.#blocks[row]!;
    const before = block === 0 ? 0 : maskAt(this.cells, block);
    const isOwn = this.#rowVersions[row] === this.#next;
    if (isOwn && (before & mask) === mask) return block;
    const copy = this.#arena.copy(block, before | mask);
    if (copy < 0) {
      this.#refused++;
      return -1;
    }
    if (this.#touch(row)) this.#retire(block);
    // No reader has seen the row's block of this version.
    else this.#arena.free(block);
    this.#blocks[row] = copy;
    return copy;
  }

  #retire(block: number): void {
    if (block !== 0) this.#replaced.push(block);
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
    this.header[HEADER.nameBytes] = this.#names.used;
    Atomics.store(control, CONTROL.version, this.#next);
    this.#next = (this.#next + 1) | 0;
    this.#blocks = this.#views.tables[this.#back]!;
    this.newest.turn(this.#next);
    this.#catchUp(front);
    return true;
  }

  /** Brings the table that is now the back one up to the front, and frees what the front has left. */
  #catchUp(front: 0 | 1): void {
    const source = this.#views.tables[front]!;
    const target = this.blocks;
    for (const row of this.#dirty) target[row] = source[row]!;
    for (const block of this.#replaced) this.#arena.free(block);
    this.#dirty = [];
    this.#replaced = [];
    this.header.set(this.#views.headers[front]!);
  }
}
