import { FirstcallError } from '../../schemas/errors.ts';
import { type BoardBuffer, boardViews, CONTROL } from './board.ts';

/** Versions that may pass during one read before it is given up. */
const ATTEMPTS_MAX = 16;

/** The header of a board's newest version, without its names and rows. Throws FirstcallError `scoreboardBusy`. */
export function readHeader(board: BoardBuffer): Float64Array {
  const { control, headers } = boardViews(board);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const version = Atomics.load(control, CONTROL.version);
    const header = headers[(version & 1) as 0 | 1].slice();
    if (Atomics.load(control, CONTROL.version) === version) return header;
  }
  throw new FirstcallError('scoreboardBusy', 'the scoreboard changed faster than it can be read');
}
