import { type BoardBuffer, HEADER } from '../../engine/scoreboard/board.ts';
import { type BoardListener, BoardReader } from '../../engine/scoreboard/board-reader.ts';

const NOBODY: BoardListener = { dealer() {}, scope() {}, instrument() {}, row() {} };

/** What the boards of some partitions say has been applied. */
export class BoardCounter {
  readonly #readers: BoardReader[] = [];

  add(board: BoardBuffer): void {
    this.#readers.push(new BoardReader(board, NOBODY));
  }

  get events(): number {
    return this.#sum(HEADER.events);
  }

  get deadLetters(): number {
    return this.#sum(HEADER.deadLetters);
  }

  #sum(field: number): number {
    return this.#readers.reduce(
      (sum, reader) => sum + reader.read(({ header }) => header[field]!),
      0,
    );
  }
}
