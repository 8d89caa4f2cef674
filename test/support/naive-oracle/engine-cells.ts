import {
  CELL_STRIDE,
  COUNT,
  cellEffectiveSample,
  cellMean,
  decayFactor,
  RESIDUES,
  SUM_V,
  SUM_VV,
  SUM_VX,
  SUM_VXX,
  sumsAt,
} from '../../../engine/scoring/cell.ts';
import { decayTime } from '../../../engine/scoring/decay.ts';
import { type Model, metricOf } from '../../../engine/scoring/model.ts';
import { ALL_SCOPE, POOL_DEALER } from '../../../engine/scoring/scopes.ts';
import { observe } from '../../../engine/scoring/testing/observe.ts';
import type { Micros } from '../../../schemas/ids.ts';
import type { Movement } from './run-engine.ts';

/** One (scope, dealer, metric) as the engine's own arithmetic has it. */
export interface EngineCell {
  readonly scope: string;
  readonly dealer: string;
  readonly metric: string;
  /** [memories] */
  readonly halfLives: readonly Micros[];
  readonly cell: Float64Array;
  readonly residues: Float32Array;
  /** The largest addend that any of its sums has seen: what is withdrawn leaves a rounding of it. */
  largest: number;
}

/** Sums of the engine's movements in its own order, with its own decay; the pool at `ALL` too. */
export function engineCells(movements: readonly Movement[], model: Model): EngineCell[] {
  const cells = new Map<string, EngineCell>();
  for (const { observation, sign } of movements) {
    const { dealerId, metric, value, quantity, tsMeasured, scopes } = observation;
    const places = [
      ...scopes.map((scope) => ({ scope, dealer: dealerId as string })),
      { scope: ALL_SCOPE, dealer: POOL_DEALER },
    ];
    const { halfLives } = metricOf(model, metric)!;
    const times = halfLives.map((halfLife) => decayTime(tsMeasured, halfLife));
    for (const { scope, dealer } of places) {
      const key = [scope, dealer, metric].join(' ');
      const entry = cells.get(key) ?? {
        ...{ scope, dealer, metric, halfLives, largest: 0 },
        cell: new Float64Array(CELL_STRIDE),
        residues: new Float32Array(RESIDUES),
      };
      cells.set(key, entry);
      const { cell, residues } = entry;
      observe(cell, 0, tsMeasured, times, value, quantity, sign, residues, 0);
      entry.largest = Math.max(entry.largest, quantity, quantity ** 2, quantity * value ** 2);
    }
  }
  return [...cells.values()];
}

/** What a cell says in one memory, its sums decayed to a moment; no means where it is empty. */
export function figuresAt({ cell, halfLives }: EngineCell, memory: number, asOf: Micros) {
  const factor = decayFactor(cell, 0, decayTime(asOf, halfLives[memory]!));
  const at = sumsAt(0, memory);
  const sums = {
    mass: cell[at + SUM_V]! * factor,
    massX: cell[at + SUM_VX]! * factor,
    massXX: cell[at + SUM_VXX]! * factor,
    massSquared: cell[at + SUM_VV]! * factor * factor,
  };
  if (cell[COUNT] === 0) return sums;
  const mean = cellMean(cell, 0, memory);
  return { ...sums, mean, effectiveSample: cellEffectiveSample(cell, 0, memory) };
}
