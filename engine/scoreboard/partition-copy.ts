import { isNewer } from '../scoring/row-memory.ts';
import type { BoardBuffer } from './board.ts';
import { type BoardListener, BoardReader, type BoardVersion } from './board-reader.ts';

export interface PairKey {
  readonly scope: string;
  readonly dealer: string;
}

/** Takes what has changed of a row: both where it is new. */
export interface RowTaker {
  block(row: number, cells: Float64Array, block: number): void;
  times(row: number, times: Float64Array): void;
}

/** Follows one partition's board from version to version. */
export class PartitionCopy implements BoardListener {
  readonly #onInstrument: (json: string) => void;
  readonly #scopes: string[] = [];
  readonly #dealers: string[] = [];
  readonly #reader: BoardReader;
  header = new Float64Array(0);
  version = 0;
  /** Keys of the rows heard of, in row order. */
  readonly rows: PairKey[] = [];

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

  /**
   * Tells `taker` every row that has changed since the last call. A version that moves meanwhile has it
   * all done again, so that `taker` must write the same places again. Throws
   * FirstcallError `scoreboardBusy` as `BoardReader.read` does; then nothing is settled.
   */
  refresh(taker: RowTaker): void {
    if (this.#reader.version === this.version) return;
    const read = (board: BoardVersion) => {
      const { version, header, cells, blocks, times, rowVersions, timeVersions } = board;
      for (let row = 0; row < this.rows.length; row++) {
        if (isNewer(rowVersions[row]!, this.version)) taker.block(row, cells, blocks[row]!);
        if (isNewer(timeVersions[row]!, this.version)) taker.times(row, times);
      }
      return { version, header: header.slice() };
    };
    const { version, header } = this.#reader.readAtLeisure(read);
    this.version = version;
    this.header = header;
  }
}
