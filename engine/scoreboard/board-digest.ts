import { packRow } from '../scoring/packed-row.ts';
import type { BoardBuffer } from './board.ts';
import { type BoardListener, BoardReader } from './board-reader.ts';

/** The state of a board in a form that does not depend on the order in which its rows were opened. */
export interface BoardState {
  /** Sorted lines: scope, dealer, and the bits of the packed row in hexadecimal. */
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
  const lines = new BoardReader(board, listener).readAtLeisure((version) =>
    keys.map((key, row) => `${key} ${bitsOf(packRow(version, row))}`),
  );
  return { lines: lines.sort() };
}

function bitsOf(row: Float64Array): string {
  return [...new BigUint64Array(row.buffer)].map((word) => word.toString(16)).join(' ');
}
