import { blockLength, lengthWithResidues } from '../scoring/block.ts';
import { ROW_TIMES } from '../scoring/row-memory.ts';

/**
 * A scoreboard in shared memory: one writer, any number of readers, no lock and no message.
 *
 * Rows are blocks (scoring/block.ts) in one array of cells. Which block a row has stands in a table
 * of offsets that exists twice. The writer never writes to a block that the front table names: it
 * copies the row into a fresh block on the first change of a version, and names it in the back
 * table. Publishing makes the back table the front one; then the writer brings the other table up to
 * it and uses the replaced blocks again. So a row that does not change is there once. Rows' times
 * stand in two tables likewise, so that bringing one up copies no block. A reader takes the front
 * tables whole: the rows, the log sequence and the watermark of one version belong together. It reads
 * the version before and after; if it has moved, what it read may have been written, and it reads
 * again. A writer that dies leaves the front whole.
 *
 * Order of stores: everything of a version (cells, offsets, times, header, row keys, names) is written
 * plainly, then the version with Atomics.store; readers load the version with Atomics.load first.
 * That pair makes the plain writes visible.
 */
export interface BoardShape {
  /** Most (scope, dealer) pairs. A new pair beyond it is refused and counted, and not scored. */
  readonly rows: number;
  /** Doubles for the rows' blocks. What has no room is refused and counted, and not scored. */
  readonly cells: number;
  /** Bytes for the names of scopes, dealers and instruments, which are only ever appended. */
  readonly nameBytes: number;
  /** Doubles in the header of each version. */
  readonly headerFields: number;
}

/** Room for rows of so many columns on average. */
const COLUMNS_A_ROW = 9;

function roomFor(rows: number, lengthOf = blockLength): Pick<BoardShape, 'rows' | 'cells'> {
  return { rows, cells: rows * lengthOf(COLUMNS_A_ROW) };
}

const ROW_BYTES_OF_TIMES = ROW_TIMES * Float64Array.BYTES_PER_ELEMENT;

/** Bytes of a row beside its block: offsets and times, twice each, two versions, and its key. */
export const BYTES_BESIDE_BLOCK = 2 * (4 + ROW_BYTES_OF_TIMES) + 2 * 4 + 8;

/** Pages are only committed when touched, so that room costs address space alone. */
export const PARTITION_SHAPE: BoardShape = {
  ...roomFor(131_072, lengthWithResidues),
  nameBytes: 16 * 1024 * 1024,
  headerFields: 16,
};

/** The merged board of all partitions; its header adds one sequence for each partition. */
export function mergedShape(partitions: number): BoardShape {
  return {
    ...roomFor(1_048_576),
    nameBytes: 64 * 1024 * 1024,
    headerFields: 16 + partitions,
  };
}

/** Words of the control block. */
export const CONTROL = {
  /** Published versions; its lowest bit names the front half. */
  version: 0,
  /** A reader that copies much sets it, and the writer puts off publishing for a bounded time. */
  lease: 1,
  words: 16,
} as const;

/** Fields of a version's header. */
export const HEADER = {
  /** Last applied sequence of the partition's stream. */
  sequence: 0,
  /** Watermark, epoch microseconds; of the merged board, the smallest. */
  watermark: 1,
  rows: 2,
  /** Last sequence seen of the stream that all partitions share. */
  allSequence: 3,
  /** Events applied. */
  events: 4,
  /** Events older than the watermark. */
  late: 5,
  deadLetters: 6,
  /** RFQs in the book. */
  openRfqs: 7,
  /** Pairs and names that the board had no room for. */
  refused: 8,
  /** Bytes of names that the version has. */
  nameBytes: 9,
  /** Of the merged board: the newest midnight whose tiers are in it; 0: none. */
  tiers: 10,
  /** Of the merged board: the sequence of partition p stands at `partitions + p`. */
  partitions: 16,
} as const;

/** Kinds of name records. */
export const NAME = { dealer: 1, scope: 2, instrument: 3 } as const;

/** Views on a board's buffer; see the layout in `boardViews`. */
export interface BoardViews {
  readonly control: Int32Array;
  readonly headers: readonly [Float64Array, Float64Array];
  readonly cells: Float64Array;
  /** [rows] each: offset of the row's block in `cells`; 0 for none. */
  readonly tables: readonly [Int32Array, Int32Array];
  /** [rows x 2] each: the row's times (scoring/row-memory.ts). */
  readonly times: readonly [Float64Array, Float64Array];
  /** [rows]: the version in which a row's block last changed. */
  readonly rowVersions: Int32Array;
  /** [rows]: the version in which a row's times last changed. */
  readonly timeVersions: Int32Array;
  /** [rows x 2]: scope index, dealer index. */
  readonly rowKeys: Int32Array;
  readonly names: Uint8Array;
}

/** A board as it is handed from thread to thread. */
export interface BoardBuffer {
  readonly shape: BoardShape;
  readonly buffer: SharedArrayBuffer;
}

export function createBoard(shape: BoardShape): BoardBuffer {
  return { shape, buffer: new SharedArrayBuffer(layout(shape).total) };
}

export function boardViews({ shape, buffer }: BoardBuffer): BoardViews {
  const at = layout(shape);
  const table = (i: 0 | 1): Int32Array =>
    new Int32Array(buffer, at.tables + i * line(shape.rows * 4), shape.rows);
  const times = (i: 0 | 1): Float64Array =>
    new Float64Array(
      buffer,
      at.times + i * line(shape.rows * ROW_BYTES_OF_TIMES),
      shape.rows * ROW_TIMES,
    );
  const header = (i: 0 | 1): Float64Array =>
    new Float64Array(buffer, at.headers + i * shape.headerFields * 8, shape.headerFields);
  return {
    control: new Int32Array(buffer, 0, CONTROL.words),
    headers: [header(0), header(1)],
    cells: new Float64Array(buffer, at.cells, shape.cells),
    tables: [table(0), table(1)],
    times: [times(0), times(1)],
    rowVersions: new Int32Array(buffer, at.rowVersions, shape.rows),
    timeVersions: new Int32Array(buffer, at.timeVersions, shape.rows),
    rowKeys: new Int32Array(buffer, at.rowKeys, shape.rows * 2),
    names: new Uint8Array(buffer, at.names, shape.nameBytes),
  };
}

/** Byte offsets; every part begins on a cache line. */
function layout({ rows, cells, nameBytes, headerFields }: BoardShape) {
  const headers = line(CONTROL.words * 4);
  const cellsAt = headers + line(2 * headerFields * 8);
  const tables = cellsAt + line(cells * 8);
  const times = tables + 2 * line(rows * 4);
  const rowVersions = times + 2 * line(rows * ROW_BYTES_OF_TIMES);
  const timeVersions = rowVersions + line(rows * 4);
  const rowKeys = timeVersions + line(rows * 4);
  const names = rowKeys + line(rows * 8);
  return {
    headers,
    cells: cellsAt,
    tables,
    times,
    rowVersions,
    timeVersions,
    rowKeys,
    names,
    total: names + line(nameBytes),
  };
}

function line(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
