import { createHash } from 'node:crypto';
import { type BoardBuffer, HEADER } from '../../engine/scoreboard/board.ts';
import { type BoardListener, BoardReader } from '../../engine/scoreboard/board-reader.ts';
import { maskAt, popCount } from '../../engine/scoring/block.ts';
import { packRow } from '../../engine/scoring/packed-row.ts';

/** What the boards of all partitions hold. */
export interface Census {
  readonly events: number;
  readonly refused: number;
  readonly pairs: number;
  /** Cells of all pairs. */
  readonly columns: number;
  /** Of every row's key and bits in the order in which rows were opened, which the log decides. */
  readonly stateHash: string;
}

/** Reads boards that nobody writes meanwhile. */
export function takeCensus(boards: readonly BoardBuffer[]): Census {
  const hash = createHash('sha256');
  const sum = { events: 0, refused: 0, pairs: 0, columns: 0 };
  const listener: BoardListener = {
    dealer: (name) => hash.update(name),
    scope: (name) => hash.update(name),
    instrument() {},
    row: (scope, dealer) => hash.update(`${scope} ${dealer}`),
  };
  for (const board of boards) {
    new BoardReader(board, listener).read((version) => {
      const { header, cells, blocks } = version;
      sum.events += header[HEADER.events]!;
      sum.refused += header[HEADER.refused]!;
      sum.pairs += header[HEADER.rows]!;
      for (let row = 0; row < header[HEADER.rows]!; row++) {
        sum.columns += popCount(maskAt(cells, blocks[row]!));
        hash.update(packRow(version, row));
      }
    });
  }
  return { ...sum, stateHash: hash.digest('hex').slice(0, 16) };
}
