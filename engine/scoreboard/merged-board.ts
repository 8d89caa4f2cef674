import type { Micros } from '../../schemas/ids.ts';
import { blockLength, cellAt, maskAt, popCount, TIER } from '../scoring/block.ts';
import { BlockArena } from '../scoring/block-arena.ts';
import { writeTier } from '../scoring/marks.ts';
import { type HalfLivesByColumn, mergeBlock } from '../scoring/merge-block.ts';
import { type Model, metricsOf } from '../scoring/model.ts';
import { ROW_TIMES } from '../scoring/row-memory.ts';
import { type BoardBuffer, HEADER } from './board.ts';
import type { BoardListener } from './board-reader.ts';
import { BoardWriter } from './board-writer.ts';
import { type PairKey, PartitionCopy } from './partition-copy.ts';

/** Header fields that are counts: of the merged board, the sums over the partitions. */
const COUNTS = [
  HEADER.events,
  HEADER.late,
  HEADER.deadLetters,
  HEADER.openRfqs,
  HEADER.refused,
] as const;

const NO_TIMES = new Float64Array(ROW_TIMES);

/**
 * Adds the partitions' sums together, pair by pair in partition order, into one board for those who
 * select and rank. Belongs to one thread; that board's only writer.
 */
export class MergedBoard {
  readonly writer: BoardWriter;
  readonly #partitions: number;
  readonly #halfLives: HalfLivesByColumn;
  readonly #copies: (PartitionCopy | null)[];
  /** Blocks of the rows that more than one partition may have: those of wide scopes. */
  readonly #arena = BlockArena.growing();
  /** By merged row: the block of each partition in the arena, 0 for none. [rows x partitions] */
  readonly #sources: Int32Array[] = [];
  /** By merged row: the times of each partition; null for a row that one partition alone may have. */
  readonly #times: (Float64Array | null)[] = [];
  readonly #keys: PairKey[] = [];
  readonly #mergedRows: number[][];
  readonly #listener: BoardListener;
  readonly #instruments = new Map<string, string>();
  readonly #scopes = new Map<string, number>();
  readonly #dealers = new Map<string, number>();
  readonly #tiers = new Map<number, number | null>();
  #tsTiers: Micros = 0;
  /** Merged rows whose sources have changed and that are not merged yet. */
  readonly #dirty = new Set<number>();
  readonly #changedScopes = new Set<string>();
  /** Something was copied that no published version shows yet. */
  #changed = false;

  /** `listener` hears of every name and row of the merged board, as its readers do. */
  constructor(board: BoardBuffer, partitions: number, model: Model, listener: BoardListener) {
    this.writer = new BoardWriter(board);
    this.#partitions = partitions;
    this.#halfLives = metricsOf(model).map((metric) => metric.halfLives);
    this.#listener = listener;
    this.#copies = Array.from({ length: partitions }, () => null);
    this.#mergedRows = Array.from({ length: partitions }, () => []);
  }

  /** Takes a partition's board, its first or one that replaces the board of a dead shard. */
  attach(partition: number, board: BoardBuffer): void {
    this.#forget(partition);
    this.#copies[partition] = new PartitionCopy(board, (json) => this.#instrument(json));
    this.#changed = true;
  }

  /**
   * Brings the merged board in line with the partitions, and publishes it if anything changed.
   * Returns the scopes whose sums have. Throws FirstcallError `scoreboardBusy` when a partition cannot
   * be read now; what was read of others is kept for the next call.
   */
  refresh(): ReadonlySet<string> {
    for (let p = 0; p < this.#partitions; p++) {
      const copy = this.#copies[p];
      if (copy == null) continue;
      const before = copy.version;
      copy.refresh({
        block: (row, cells, block) => this.#takeBlock(p, this.#merged(p, copy, row), cells, block),
        times: (row, times) => this.#takeTimes(p, this.#merged(p, copy, row), row, times),
      });
      if (copy.version !== before) this.#changed = true;
    }
    for (const row of this.#dirty) this.#merge(row);
    this.#dirty.clear();
    const changedScopes = new Set(this.#changedScopes);
    this.#changedScopes.clear();
    if (this.#changed) this.#publish();
    this.#changed = false;
    return changedScopes;
  }

  /** Marks a dealer with its tier at the scope of an asset class, from the next version on. */
  setTier(assetClass: string, dealer: string, tier: number | null): void {
    const row = this.#openRow(assetClass, dealer);
    if (row < 0 || (this.#tiers.get(row) ?? null) === tier) return;
    this.#tiers.set(row, tier);
    this.#dirty.add(row);
    this.#changed = true;
  }

  /** Says up to which midnight `setTier` has told every tier, from the next version on. */
  setTiersAt(tsMidnight: Micros): void {
    if (tsMidnight === this.#tsTiers) return;
    this.#tsTiers = tsMidnight;
    this.#changed = true;
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
    header[HEADER.tiers] = this.#tsTiers;
    for (const field of COUNTS) {
      header[field] = this.#copies.reduce((sum, copy) => sum + (copy?.header[field] ?? 0), 0);
    }
    header[HEADER.refused]! += this.writer.refused;
    this.writer.publish();
  }

  /** The merged row of a partition's changed row; -1 where there is no room for it. */
  #merged(partition: number, copy: PartitionCopy, row: number): number {
    const rows = this.#mergedRows[partition]!;
    while (rows.length <= row) {
      const { scope, dealer } = copy.rows[rows.length]!;
      rows.push(this.#openRow(scope, dealer));
    }
    const merged = rows[row]!;
    if (merged >= 0) this.#changedScopes.add(this.#keys[merged]!.scope);
    return merged;
  }

  /** Takes a block over: straight away where no other partition can have the row. */
  #takeBlock(partition: number, row: number, cells: Float64Array, block: number): void {
    if (row < 0) return;
    if (isOwned(this.#keys[row]!.scope)) this.#replace(row, cells, block);
    else this.#keep(partition, row, cells, block);
  }

  /** Of the partitions' times the newest hold. */
  #takeTimes(partition: number, row: number, from: number, times: Float64Array): void {
    if (row < 0) return;
    const known = this.#times[row]!;
    for (let time = 0; time < ROW_TIMES; time++) {
      const own = times[from * ROW_TIMES + time]!;
      if (known !== null) known[partition * ROW_TIMES + time] = own;
      this.writer.newest.set(row, time, known === null ? own : newestOf(known, time));
    }
  }

  #replace(row: number, cells: Float64Array, block: number): void {
    const mask = maskAt(cells, block);
    const at = this.writer.renew(row, mask);
    if (at < 0) return;
    const length = blockLength(popCount(mask));
    for (let i = 1; i < length; i++) this.writer.cells[at + i] = cells[block + i]!;
  }

  #keep(partition: number, row: number, cells: Float64Array, block: number): void {
    const sources = this.#sources[row]!;
    if (sources[partition] !== 0) this.#arena.free(sources[partition]!);
    const mask = maskAt(cells, block);
    const at = this.#arena.allocate(mask);
    const length = blockLength(popCount(mask));
    for (let i = 1; i < length; i++) this.#arena.cells[at + i] = cells[block + i]!;
    sources[partition] = at;
    this.#dirty.add(row);
  }

  #merge(row: number): void {
    const sources = this.#sources[row]!;
    const { cells: kept } = this.#arena;
    let mask = this.#tiers.has(row) ? 1 << TIER : 0;
    for (const source of sources) if (source !== 0) mask |= maskAt(kept, source);
    const block = this.writer.renew(row, mask);
    if (block < 0) return;
    const { cells } = this.writer;
    for (let p = 0; p < this.#partitions; p++) {
      if (sources[p] !== 0) mergeBlock(cells, block, kept, sources[p]!, this.#halfLives);
    }
    if (this.#tiers.has(row)) {
      writeTier(cells, cellAt(cells, block, TIER), this.#tiers.get(row)!);
    }
    this.#changedScopes.add(this.#keys[row]!.scope);
  }

  /** Empties what a partition has brought. */
  #forget(partition: number): void {
    for (const row of this.#mergedRows[partition]!) {
      if (row < 0) continue;
      if (isOwned(this.#keys[row]!.scope)) this.writer.renew(row, 0);
      this.#takeTimes(partition, row, 0, NO_TIMES);
      const sources = this.#sources[row]!;
      if (sources[partition] === 0) continue;
      this.#arena.free(sources[partition]!);
      sources[partition] = 0;
      this.#dirty.add(row);
    }
    this.#mergedRows[partition] = [];
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
      this.#sources.push(new Int32Array(this.#partitions));
      this.#times.push(isOwned(scope) ? null : new Float64Array(this.#partitions * ROW_TIMES));
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

/** An instrument lives in one partition, so its rows are not sums of several. */
function isOwned(scope: string): boolean {
  return scope.startsWith('instrument:');
}

/** [partitions x 2] -> the newest of one of the two times. */
function newestOf(times: Float64Array, time: number): Micros {
  let newest = 0;
  for (let i = time; i < times.length; i += ROW_TIMES) newest = Math.max(newest, times[i]!);
  return newest;
}
