import { CELL_STRIDE } from '../scoring/cell.ts';
import { COLUMN_COUNT } from '../scoring/model.ts';

/**
 * A scoreboard in shared memory: one writer, any number of readers, no lock and no message.
 *
 * The cells exist twice. The writer works in the back half; publishing makes it the front half, and
 * the writer then copies the rows it had changed into the new back half. A reader takes the front
 * half whole: the rows, the log sequence and the watermark of one version belong together. It reads
 * the version before and after; if it has moved, the half it read may have been written, and it
 * reads again. A writer that dies leaves the front half whole.
 *
 * Order of stores: everything of a version (cells, header, row keys, names) is written plainly,
 * then the version with Atomics.store; readers load the version with Atomics.load first. That pair
 * makes the plain writes visible.
 */
export interface BoardShape {
  /** Most (scope, dealer) pairs. A new pair beyond it is refused and counted, and not scored. */
  readonly rows: number;
  /** Bytes for the names of scopes, dealers and instruments, which are only ever appended. */
  readonly nameBytes: number;
  /** Doubles in the header of each version. */
  readonly headerFields: number;
}

/** Doubles from one row to the next: one cell a metric. */
export const ROW_STRIDE = COLUMN_COUNT * CELL_STRIDE;

/** Pages are only committed when touched, so that room costs address space alone. */
export const PARTITION_SHAPE: BoardShape = {
  rows: 131_072,
  nameBytes: 16 * 1024 * 1024,
  headerFields: 16,
};

/** The merged board of all partitions; its header adds one sequence for each partition. */
export function mergedShape(partitions: number): BoardShape {
  return {
    rows: 262_144,
    nameBytes: 64 * 1024 * 1024,
    headerFields: 16 + partitions,
  };
}

/** Words of the control block. */
export const CONTROL = {
  /** Published versions; its lowest bit names the front half. */
  version: 0,
  /** Bytes of names in use. */
  nameBytes: 1,
  /** A reader that copies much sets it, and the writer puts off publishing for a bounded time. */
  lease: 2,
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
  /** Of the merged board: the sequence of partition p stands at `partitions + p`. */
  partitions: 16,
} as const;

/** Kinds of name records. */
export const NAME = { dealer: 1, scope: 2, instrument: 3 } as const;

/** Views on a board's buffer; see the layout in `boardViews`. */
export interface BoardViews {
  readonly control: Int32Array;
  readonly headers: readonly [Float64Array, Float64Array];
  readonly halves: readonly [Float64Array, Float64Array];
  /** [rows]: the version in which a row last changed. */
  readonly rowVersions: Int32Array;
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
  const cells = shape.rows * ROW_STRIDE;
  const half = (i: 0 | 1): Float64Array =>
    new Float64Array(buffer, at.cells + i * cells * Float64Array.BYTES_PER_ELEMENT, cells);
  const header = (i: 0 | 1): Float64Array =>
    new Float64Array(buffer, at.headers + i * shape.headerFields * 8, shape.headerFields);
  return {
    control: new Int32Array(buffer, 0, CONTROL.words),
    headers: [header(0), header(1)],
    halves: [half(0), half(1)],
    rowVersions: new Int32Array(buffer, at.rowVersions, shape.rows),
    rowKeys: new Int32Array(buffer, at.rowKeys, shape.rows * 2),
    names: new Uint8Array(buffer, at.names, shape.nameBytes),
  };
}

/** Byte offsets; every block begins on a cache line. */
function layout({ rows, nameBytes, headerFields }: BoardShape) {
  const line = (bytes: number): number => Math.ceil(bytes / 64) * 64;
  const headers = line(CONTROL.words * 4);
  const cells = headers + line(2 * headerFields * 8);
  const rowVersions = cells + 2 * rows * ROW_STRIDE * 8;
  const rowKeys = rowVersions + line(rows * 4);
  const names = rowKeys + line(rows * 8);
  return { headers, cells, rowVersions, rowKeys, names, total: names + line(nameBytes) };
}
