import { FirstcallError } from '../../schemas/errors.ts';
import type { Freshness, RowMemory } from '../scoring/row-memory.ts';
import { type BoardBuffer, type BoardViews, boardViews, CONTROL, HEADER, NAME } from './board.ts';
import { readNames } from './names.ts';

/** Versions that may pass during one read before it is given up. */
const MAX_ATTEMPTS = 16;

/** What a reader hears of names and rows, each once, in the order in which they were opened. */
export interface BoardListener {
  dealer(name: string): void;
  scope(name: string): void;
  instrument(json: string): void;
  row(scope: number, dealer: number): void;
}

/** One version of a board, valid only inside `BoardReader.read`. */
export interface BoardVersion extends RowMemory, Freshness {
  readonly header: Float64Array;
}

/** Reads a board that another thread writes. */
export class BoardReader {
  readonly #views: BoardViews;
  readonly #listener: BoardListener;
  #namesRead = 0;
  #rowsRead = 0;

  constructor(board: BoardBuffer, listener: BoardListener) {
    this.#views = boardViews(board);
    this.#listener = listener;
  }

  get version(): number {
    return Atomics.load(this.#views.control, CONTROL.version);
  }

  /**
   * Runs `use` on the newest version, again if a newer one came meanwhile; `use` must therefore be
   * free of effects that a second run would double. Reports new names and rows before.
   * Throws FirstcallError `scoreboardBusy` when 16 versions passed while it ran.
   */
  read<T>(use: (version: BoardVersion) => T): T {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const outcome = this.#attempt(use);
      if (outcome !== null) return outcome.result;
    }
    throw new FirstcallError('scoreboardBusy', 'the scoreboard changed faster than it can be read');
  }

  /** The same, but from the second run on the writer is asked to put off publishing; it does so for a bounded time. */
  readAtLeisure<T>(use: (version: BoardVersion) => T): T {
    const outcome = this.#attempt(use);
    if (outcome !== null) return outcome.result;
    Atomics.store(this.#views.control, CONTROL.lease, 1);
    try {
      return this.read(use);
    } finally {
      Atomics.store(this.#views.control, CONTROL.lease, 0);
    }
  }

  /** Null when a newer version came meanwhile. */
  #attempt<T>(use: (version: BoardVersion) => T): { readonly result: T } | null {
    const version = this.version;
    const half = (version & 1) as 0 | 1;
    const header = this.#views.headers[half];
    const rows = header[HEADER.rows]!;
    const nameBytes = header[HEADER.nameBytes]!;
    if (this.version !== version) return null;
    this.#hear(rows, nameBytes);
    const result = use({
      version,
      header,
      cells: this.#views.cells,
      blocks: this.#views.tables[half],
      times: this.#views.times[half],
      rowVersions: this.#views.rowVersions,
      timeVersions: this.#views.timeVersions,
    });
    return this.version === version ? { result } : null;
  }

  /** Names and row keys are only appended, so those of a published version never change. */
  #hear(rows: number, nameBytes: number): void {
    const { names, rowKeys } = this.#views;
    readNames(names, this.#namesRead, nameBytes, (kind, name) => this.#tell(kind, name));
    this.#namesRead = nameBytes;
    for (; this.#rowsRead < rows; this.#rowsRead++) {
      this.#listener.row(rowKeys[2 * this.#rowsRead]!, rowKeys[2 * this.#rowsRead + 1]!);
    }
  }

  #tell(kind: number, name: string): void {
    if (kind === NAME.dealer) this.#listener.dealer(name);
    else if (kind === NAME.scope) this.#listener.scope(name);
    else this.#listener.instrument(name);
  }
}
