import type { BoardBuffer } from './board.ts';
import { type BoardListener, BoardReader, type BoardVersion } from './board-reader.ts';

export interface PairKey {
  readonly scope: string;
  readonly dealer: string;
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
   * Calls `take` for every row that has changed since the last call, with its block. A version that
   * moves meanwhile has it all done again, so that `take` must write the same places again. Throws
   * FirstcallError `scoreboardBusy` as `BoardReader.read` does; then nothing is settled.
   */
  refresh(take: (row: number, cells: Float64Array, block: number) => void): void {
    if (this.#reader.version === this.version) return;
    const { rowVersions } = this.#reader;
    const read = ({ version, header, cells, blocks }: BoardVersion) => {
      for (let row = 0; row < this.rows.length; row++) {
        // Wrap-around safe: versions are 32-bit and only compared by distance.
        if (((rowVersions[row]! - this.version) | 0) > 0) take(row, cells, blocks[row]!);
      }
      return { version, header: header.slice() };
    };
    const { version, header } = this.#reader.readAtLeisure(read);
    this.version = version;
    this.header = header;
  }
}
