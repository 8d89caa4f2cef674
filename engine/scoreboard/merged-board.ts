import { CELL_STRIDE, mergeCell } from '../scoring/cell.ts';
import { COLUMN_COUNT } from '../scoring/model.ts';
import { type BoardBuffer, HEADER, ROW_STRIDE } from './board.ts';
import { type BoardListener, BoardReader } from './board-reader.ts';
import { BoardWriter } from './board-writer.ts';

/** Header fields that are counts: of the merged board, the sums over the partitions. */
const COUNTS = [
  HEADER.events,
  HEADER.late,
  HEADER.deadLetters,
  HEADER.openRfqs,
  HEADER.refused,
] as const;

/** A private copy of one partition's newest version, and where its rows went. */
class PartitionCopy implements BoardListener {
  readonly #onInstrument: (json: string) => void;
  readonly #scopes: string[] = [];
  readonly #dealers: string[] = [];
  readonly #reader: BoardReader;
  #pending = 0;
  cells = new Float64Array(1024 * ROW_STRIDE);
  header = new Float64Array(0);
  version = 0;
  /** Keys of the rows heard of, in row order. */
  readonly rows: { readonly scope: string; readonly dealer: string }[] = [];

  constructor(board: BoardBuffer, onInstrument: (json: string) => void) {
    this.#onInstrument = onInstrument;
    this.#reader = new BoardReader(board, this);
  }

  dealer(name: string): void {
    this.#dealers.push(name);
  }

  scope(name: string): void {
    this.#scopes.push(name);
  }

  instrument(json: string): void {
    this.#onInstrument(json);
  }

  row(scope: number, dealer: number): void {
    this.rows.push({ scope: this.#scopes[scope]!, dealer: this.#dealers[dealer]! });
  }

  /** Copies what changed since the last call; returns the rows that did. */
  refresh(): number[] {
    if (this.#reader.version === this.version) return [];
    return this.#reader.readAtLeisure(({ version, header, cells }) => {
      const changed: number[] = [];
      this.#growTo(this.rows.length);
      for (let row = 0; row < this.rows.length; row++) {
        // Wrap-around safe: versions are 32-bit and only compared by distance.
        if (((this.#reader.rowVersions[row]! - this.version) | 0) <= 0) continue;
        const at = row * ROW_STRIDE;
        for (let i = at; i < at + ROW_STRIDE; i++) this.cells[i] = cells[i]!;
        changed.push(row);
      }
      this.header = header.slice();
      // A version that moves during the copy has it run again; what it copied then is copied anew,
      // because `version` is only taken over once the read has held.
      this.#pending = version;
      return changed;
    });
  }

  /** Call after `refresh` came back. */
  settle(): void {
    this.version = this.#pending;
  }

  #growTo(rows: number): void {
    if (rows * ROW_STRIDE <= this.cells.length) return;
    const grown = new Float64Array(
      Math.max(rows, (2 * this.cells.length) / ROW_STRIDE) * ROW_STRIDE,
    );
    grown.set(this.cells);
    this.cells = grown;
  }
}

/**
 * Adds the partitions' sums together, pair by pair in partition order, into one board for those who
 * select and rank. Belongs to one thread; that board's only writer.
 */
export class MergedBoard {
  readonly writer: BoardWriter;
  readonly #partitions: number;
  readonly #copies: (PartitionCopy | null)[];
  /** By merged row: the row in each partition, or -1. [rows x partitions] */
  readonly #sources: Int32Array[] = [];
  readonly #keys: { readonly scope: string; readonly dealer: string }[] = [];
  readonly #mergedRows: Int32Array[];
  readonly #listener: BoardListener;
  readonly #instruments = new Map<string, string>();
  readonly #scopes = new Map<string, number>();
  readonly #dealers = new Map<string, number>();
  /** Merged rows whose sources have changed and that are not merged yet. */
  readonly #dirty = new Set<number>();
  #replaced = false;
  /** Something was copied that no published version shows yet. */
  #changed = false;

  /** `listener` hears of every name and row of the merged board, as its readers do. */
  constructor(board: BoardBuffer, partitions: number, listener: BoardListener) {
    this.writer = new BoardWriter(board);
    this.#partitions = partitions;
    this.#listener = listener;
    this.#copies = Array.from({ length: partitions }, () => null);
    this.#mergedRows = Array.from({ length: partitions }, () => new Int32Array(0));
  }

  /** Takes a partition's board, its first or one that replaces the board of a dead shard. */
  attach(partition: number, board: BoardBuffer): void {
    this.#copies[partition] = new PartitionCopy(board, (json) => this.#instrument(json));
    this.#mergedRows[partition] = new Int32Array(0);
    for (const sources of this.#sources) sources[partition] = -1;
    this.#replaced = true;
  }

  /**
   * Brings the merged board in line with the partitions, and publishes it if anything changed.
   * Returns the scopes whose sums have. Throws FirstcallError `scoreboardBusy` when a partition cannot
   * be read now; what was read of others is kept for the next call.
   */
  refresh(): ReadonlySet<string> {
    if (this.#replaced) this.#changed = true;
    if (this.#replaced) for (let row = 0; row < this.#keys.length; row++) this.#dirty.add(row);
    this.#replaced = false;
    for (let p = 0; p < this.#partitions; p++) {
      const copy = this.#copies[p];
      if (copy == null) continue;
      const before = copy.version;
      const rows = copy.refresh();
      copy.settle();
      if (copy.version !== before) this.#changed = true;
      this.#openRows(p, copy);
      for (const row of rows) this.#dirty.add(this.#mergedRows[p]![row]!);
    }
    // Pairs that the merged board has no room for.
    this.#dirty.delete(-1);
    const changedScopes = new Set<string>();
    for (const row of this.#dirty) {
      this.#merge(row);
      changedScopes.add(this.#keys[row]!.scope);
    }
    this.#dirty.clear();
    if (this.#changed) this.#publish();
    this.#changed = false;
    return changedScopes;
  }

  /** Sequences and watermarks of the versions that were merged. */
  #publish(): void {
    const { header } = this.writer;
    let watermark = Number.POSITIVE_INFINITY;
    let allSequence = Number.POSITIVE_INFINITY;
    for (let p = 0; p < this.#partitions; p++) {
      const from = this.#copies[p]?.header;
      // A partition without events has no watermark that could hold the others back.
      if (from === undefined || !from[HEADER.sequence]) continue;
      header[HEADER.partitions + p] = from[HEADER.sequence]!;
      watermark = Math.min(watermark, from[HEADER.watermark]!);
      allSequence = Math.min(allSequence, from[HEADER.allSequence]!);
    }
    header[HEADER.watermark] = Number.isFinite(watermark) ? watermark : 0;
    header[HEADER.allSequence] = Number.isFinite(allSequence) ? allSequence : 0;
    for (const field of COUNTS) {
      header[field] = this.#copies.reduce((sum, copy) => sum + (copy?.header[field] ?? 0), 0);
    }
    header[HEADER.refused]! += this.writer.refused;
    this.writer.publish();
  }

  #merge(row: number): void {
    const at = this.writer.touch(row);
    const { cells } = this.writer;
    cells.fill(0, at, at + ROW_STRIDE);
    const sources = this.#sources[row]!;
    for (let p = 0; p < this.#partitions; p++) {
      if (sources[p]! < 0) continue;
      const from = this.#copies[p]!.cells;
      for (let column = 0; column < COLUMN_COUNT; column++) {
        const cell = column * CELL_STRIDE;
        mergeCell(cells, at + cell, from, sources[p]! * ROW_STRIDE + cell);
      }
    }
  }

  #openRows(partition: number, copy: PartitionCopy): void {
    const known = this.#mergedRows[partition]!;
    if (known.length === copy.rows.length) return;
    const grown = new Int32Array(copy.rows.length);
    grown.set(known);
    for (let row = known.length; row < copy.rows.length; row++) {
      const { scope, dealer } = copy.rows[row]!;
      const merged = this.#openRow(scope, dealer);
      grown[row] = merged;
      if (merged >= 0) this.#sources[merged]![partition] = row;
    }
    this.#mergedRows[partition] = grown;
  }

  #openRow(scope: string, dealer: string): number {
    const before = this.writer.rowCount;
    const scopeIndex = this.#index(scope, this.#scopes, (name) => {
      this.#listener.scope(name);
      return this.writer.scopeIndex(name);
    });
    const dealerIndex = this.#index(dealer, this.#dealers, (name) => {
      this.#listener.dealer(name);
      return this.writer.dealerIndex(name);
    });
    const row = this.writer.row(scopeIndex, dealerIndex);
    if (row === before) {
      this.#sources.push(new Int32Array(this.#partitions).fill(-1));
      this.#keys.push({ scope, dealer });
      this.#listener.row(scopeIndex, dealerIndex);
    }
    return row;
  }

  #index(name: string, known: Map<string, number>, open: (name: string) => number): number {
    let index = known.get(name);
    if (index === undefined) {
      index = open(name);
      known.set(name, index);
    }
    return index;
  }

  /** A rebuilt partition tells its instruments again; only news is passed on. */
  #instrument(json: string): void {
    const { instrumentId } = JSON.parse(json) as { instrumentId: string };
    if (this.#instruments.get(instrumentId) === json) return;
    this.#instruments.set(instrumentId, json);
    this.writer.nameInstrument(json);
    this.#listener.instrument(json);
  }
}
