import { CELL_FIELDS, CELL_STRIDE } from '../scoring/cell.ts';
import { COLUMN_COUNT } from '../scoring/model.ts';
import { type BoardBuffer, ROW_STRIDE } from './board.ts';
import { type BoardListener, BoardReader } from './board-reader.ts';

/** The state of a board in a form that does not depend on the order in which its rows were opened. */
export interface BoardState {
  /** Sorted lines: scope, dealer, and the bits of every cell field in hexadecimal. */
  readonly lines: readonly string[];
}

/** Reads a whole board. Two boards of one log prefix give equal lines, to the last bit. Slow. */
export function boardState(board: BoardBuffer): BoardState {
  const scopes: string[] = [];
  const dealers: string[] = [];
  const keys: string[] = [];
  const listener: BoardListener = {
    scope: (name) => scopes.push(name),
    dealer: (name) => dealers.push(name),
    instrument: () => {},
    row: (scope, dealer) => keys.push(`${scopes[scope]} ${dealers[dealer]}`),
  };
  const lines = new BoardReader(board, listener).readAtLeisure(({ cells }) =>
    keys.map((key, row) => `${key} ${rowBits(cells, row * ROW_STRIDE)}`),
  );
  return { lines: lines.sort() };
}

function rowBits(cells: Float64Array, at: number): string {
  const fields: string[] = [];
  for (let column = 0; column < COLUMN_COUNT; column++) {
    const cell = at + column * CELL_STRIDE;
    const bits = new BigUint64Array(cells.slice(cell, cell + CELL_FIELDS).buffer);
    for (const word of bits) fields.push(word.toString(16));
  }
  return fields.join(' ');
}
