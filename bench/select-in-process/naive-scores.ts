import type { BoardBuffer } from '../../engine/scoreboard/board.ts';
import { BoardReader } from '../../engine/scoreboard/board-reader.ts';
import { AXE_TO_BUY, AXE_TO_SELL, cellAt } from '../../engine/scoring/block.ts';
import {
  COUNT,
  NEWEST,
  SUM_V,
  SUM_VV,
  SUM_VX,
  SUM_VXX,
  sumsAt,
} from '../../engine/scoring/cell.ts';
import { liveAxe, type StandingAxe } from '../../engine/scoring/marks.ts';
import { type Model, type ModelMetric, metricsOf } from '../../engine/scoring/model.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';

/** Decayed sums of one dealer, scope, metric and memory. */
export interface Sums {
  readonly v: number;
  readonly vx: number;
  readonly vxx: number;
  readonly vv: number;
  readonly newest: number;
  readonly halfLife: number;
}

/** What is known of one dealer in one scope. */
export interface DealerScores {
  /** By metric, [memories]. */
  readonly sums: ReadonlyMap<string, readonly Sums[]>;
  readonly axeToBuy: StandingAxe | undefined;
  readonly axeToSell: StandingAxe | undefined;
}

export interface Scores {
  readonly instruments: ReadonlyMap<string, InstrumentEvent>;
  /** By scope, then dealer. */
  readonly scopes: ReadonlyMap<string, ReadonlyMap<string, DealerScores>>;
}

/** A board, copied into maps of objects. */
export function readScores(board: BoardBuffer, model: Model): Scores {
  const names = { scopes: [] as string[], dealers: [] as string[] };
  const rows: { scope: string; dealer: string }[] = [];
  const instruments = new Map<string, InstrumentEvent>();
  const scopes = new Map<string, Map<string, DealerScores>>();
  const listener = {
    scope: (name: string) => names.scopes.push(name),
    dealer: (name: string) => names.dealers.push(name),
    instrument: (json: string) => {
      const instrument = JSON.parse(json) as InstrumentEvent;
      instruments.set(instrument.instrumentId, instrument);
    },
    row: (scope: number, dealer: number) =>
      rows.push({ scope: names.scopes[scope]!, dealer: names.dealers[dealer]! }),
  };
  new BoardReader(board, listener).read(({ cells, blocks }) => {
    for (const [row, { scope, dealer }] of rows.entries()) {
      const byDealer = scopes.get(scope) ?? new Map<string, DealerScores>();
      scopes.set(scope, byDealer.set(dealer, scoresIn(cells, blocks[row]!, model)));
    }
  });
  return { instruments, scopes };
}

function scoresIn(cells: Float64Array, block: number, model: Model): DealerScores {
  const sums = new Map<string, readonly Sums[]>();
  for (const metric of metricsOf(model)) {
    const at = cellAt(cells, block, metric.column);
    if (at >= 0 && cells[at + COUNT] !== 0) sums.set(metric.name, sumsIn(cells, at, metric));
  }
  const axe = (column: number): StandingAxe | undefined => {
    const at = cellAt(cells, block, column);
    return at < 0 ? undefined : (liveAxe(cells, at, cells[at + 1]!) ?? undefined);
  };
  return { sums, axeToBuy: axe(AXE_TO_BUY), axeToSell: axe(AXE_TO_SELL) };
}

function sumsIn(cells: Float64Array, at: number, { halfLives }: ModelMetric): Sums[] {
  return halfLives.map((halfLife, memory) => {
    const sums = sumsAt(at, memory);
    return {
      v: cells[sums + SUM_V]!,
      vx: cells[sums + SUM_VX]!,
      vxx: cells[sums + SUM_VXX]!,
      vv: cells[sums + SUM_VV]!,
      newest: cells[at + NEWEST]!,
      halfLife,
    };
  });
}
