import { type BoardBuffer, HEADER } from '../../engine/scoreboard/board.ts';
import { BoardReader } from '../../engine/scoreboard/board-reader.ts';
import { cellAt, columnsOf, isMark, maskAt } from '../../engine/scoring/block.ts';
import { CELL_STRIDE } from '../../engine/scoring/cell.ts';
import { type Model, metricsOf } from '../../engine/scoring/model.ts';
import type { OrderAnalysis } from '../../schemas/order-analysis.ts';
import { naiveAnalyses } from '../../test/support/naive-oracle/analyses.ts';
import {
  analysisDifferences,
  observationDifferences,
} from '../../test/support/naive-oracle/differences.ts';
import { engineCells } from '../../test/support/naive-oracle/engine-cells.ts';
import { naiveObservations } from '../../test/support/naive-oracle/observations.ts';
import { runEngine } from '../../test/support/naive-oracle/run-engine.ts';
import type { Output } from './ground.ts';
import type { World } from './world.ts';

/**
 * What a scan of each partition's log, which knows the documentation and nothing of the engine, says
 * against it. In two steps: what the engine says it observed is what the scan finds, and the boards
 * hold that, to the last bit.
 */
export function complaintsOfNaiveModel(
  world: World,
  boards: readonly BoardBuffer[],
  outputs: readonly Output[],
): string[] {
  const { model } = world;
  const shared = world.shared.events;
  return world.partitions.flatMap(({ events: log }, p) => {
    const { movements, standing, analyses } = runEngine({ model, log, shared });
    const due = naiveAnalyses(log, shared, model);
    const ours = analyses.filter((a) => due.some(({ orderId }) => orderId === a.orderId));
    const complaints = [
      ...observationDifferences(standing, naiveObservations(log, shared, model)),
      ...analysisDifferences(ours, due),
      ...cellDifferences(engineCells(movements, model), cellsOf(boards[p]!, model)),
      ...newestDifferences(analyses, outputs, p),
    ];
    return complaints.map((complaint) => `partition ${p}, naive model: ${complaint}`);
  });
}

type Cells = ReadonlyMap<string, string>;

function cellDifferences(expected: ReturnType<typeof engineCells>, board: Cells): string[] {
  const theirs = new Map(
    expected.map(({ scope, dealer, metric, cell }) => [
      `${scope} ${dealer} ${metric}`,
      bitsOf(cell),
    ]),
  );
  const keys = new Set([...theirs.keys(), ...board.keys()]);
  return [...keys]
    .filter((key) => theirs.get(key) !== board.get(key))
    .map((key) => `the board's sums of ${key}`);
}

/** Sums of a board by scope, dealer and metric. */
function cellsOf(board: BoardBuffer, model: Model): Cells {
  const nameOf = new Map(metricsOf(model).map(({ name, column }) => [column, name]));
  const scopes: string[] = [];
  const dealers: string[] = [];
  const rows: string[] = [];
  const reader = new BoardReader(board, {
    scope: (name) => scopes.push(name),
    dealer: (name) => dealers.push(name),
    instrument: () => {},
    row: (scope, dealer) => rows.push(`${scopes[scope]} ${dealers[dealer]}`),
  });
  return reader.read(({ cells, blocks, header }) => {
    const found = new Map<string, string>();
    for (let row = 0; row < header[HEADER.rows]!; row++) {
      const block = blocks[row]!;
      if (block === 0) continue;
      for (const column of columnsOf(maskAt(cells, block))) {
        if (isMark(column)) continue;
        const at = cellAt(cells, block, column);
        found.set(`${rows[row]} ${nameOf.get(column)}`, bitsOf(cells.slice(at, at + CELL_STRIDE)));
      }
    }
    return found;
  });
}

const bitsOf = (cell: Float64Array) =>
  Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('hex');

/** The last record of each order that was put into the log is the last one that was made. */
function newestDifferences(
  analyses: readonly OrderAnalysis[],
  outputs: readonly Output[],
  p: number,
): string[] {
  const newest = new Map<string, string>();
  for (const { what, partition, content } of outputs) {
    if (what !== 'analysis' || partition !== p) continue;
    newest.set((JSON.parse(content) as OrderAnalysis).orderId, content);
  }
  return analyses
    .filter((analysis) => newest.get(analysis.orderId) !== JSON.stringify(analysis))
    .map(({ orderId }) => `the newest record of order ${orderId}`);
}
