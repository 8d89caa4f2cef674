import type { Micros } from '../../schemas/ids.ts';
import type { LogSequences } from '../../schemas/selection.ts';
import { type BoardBuffer, HEADER } from '../scoreboard/board.ts';
import { BoardReader } from '../scoreboard/board-reader.ts';
import { cellAt, columnsOf, isMark, maskAt } from '../scoring/block.ts';
import { COUNT, cellEffectiveSample, cellMass, cellMean, cellVariance } from '../scoring/cell.ts';
import { decayTime } from '../scoring/decay.ts';
import { type Model, metricsOf } from '../scoring/model.ts';
import type { ReadOptions } from './log-reader.ts';

/** What one (scope, dealer, metric) comes to; the lists are [memories]. */
export interface Figures {
  readonly observations: number;
  readonly mean: readonly number[];
  readonly mass: readonly number[];
  readonly nEff: readonly number[];
  readonly variance: readonly (number | null)[];
}

/** The engine's sums at one position of the log. */
export interface EngineSums {
  readonly position: LogSequences;
  /** The smallest watermark, which masses are decayed to. */
  readonly asOf: Micros;
  readonly rows: number;
  /** By metric, then `<scope> <dealer>`. */
  readonly figures: ReadonlyMap<string, ReadonlyMap<string, Figures>>;
}

/** The sums of a merged board (log-reader.ts); `ends.all`: how far the shared log is read. */
export function readSums(board: BoardBuffer, { partitions, model, ends }: ReadOptions): EngineSums {
  const reader = new BoardReader(board, NOBODY);
  return reader.read(({ header }) => {
    const from = HEADER.partitions;
    const asOf = header[HEADER.watermark]!;
    return {
      // Mids of `all` below a partition's watermark are final, however much further `all` is read.
      position: { partitions: [...header.subarray(from, from + partitions)], all: ends.all },
      asOf,
      rows: header[HEADER.rows]!,
      figures: figuresOf(board, model, asOf),
    };
  });
}

const NOBODY = { dealer() {}, scope() {}, instrument() {}, row() {} };

function figuresOf(board: BoardBuffer, model: Model, asOf: Micros) {
  const metrics = metricsOf(model);
  const times = metrics.map(({ halfLives }) => halfLives.map((h) => decayTime(asOf, h)));
  const names = { scopes: [] as string[], dealers: [] as string[], keys: [] as string[] };
  const figures = new Map(metrics.map(({ name }) => [name, new Map<string, Figures>()]));
  const listener = {
    scope: (name: string) => names.scopes.push(name),
    dealer: (name: string) => names.dealers.push(name),
    instrument: () => {},
    row: (scope: number, dealer: number) =>
      names.keys.push(`${names.scopes[scope]} ${names.dealers[dealer]}`),
  };
  new BoardReader(board, listener).read(({ cells, blocks }) => {
    for (const [row, key] of names.keys.entries()) {
      for (const column of columnsOf(maskAt(cells, blocks[row]!))) {
        if (isMark(column)) continue;
        const at = cellAt(cells, blocks[row]!, column);
        if (cells[at + COUNT] === 0) continue;
        figures.get(metrics[column]!.name)!.set(key, {
          observations: cells[at + COUNT]!,
          mean: times[column]!.map((_, memory) => cellMean(cells, at, memory)),
          mass: times[column]!.map((time, memory) => cellMass(cells, at, memory, time)),
          nEff: times[column]!.map((_, memory) => cellEffectiveSample(cells, at, memory)),
          variance: times[column]!.map((_, memory) => cellVariance(cells, at, memory)),
        });
      }
    }
  });
  return figures;
}
