import {
  CELL_STRIDE,
  COUNT,
  LANDMARK,
  observe,
  SUM_V,
  SUM_VV,
  SUM_VX,
  SUM_VXX,
} from '../../../engine/scoring/cell.ts';
import { decayTime, halved } from '../../../engine/scoring/decay.ts';
import { MEMORIES } from '../../../engine/scoring/metrics.ts';
import { type Model, metricOf } from '../../../engine/scoring/model.ts';
import { ALL_SCOPE, POOL_DEALER } from '../../../engine/scoring/scopes.ts';
import type { Micros } from '../../../schemas/ids.ts';
import type { Movement } from './run-engine.ts';

/** One (scope, dealer, metric, memory) as the engine's own arithmetic has it. */
export interface EngineCell {
  readonly scope: string;
  readonly dealer: string;
  readonly metric: string;
  readonly halfLife: Micros;
  readonly cell: Float64Array;
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
    for (const { scope, dealer } of places) {
      for (const [i, memory] of MEMORIES.entries()) {
        const key = [scope, dealer, metric, memory].join(' ');
        const halfLife = metricOf(model, metric)!.halfLives[i]!;
        const entry = cells.get(key) ?? {
          ...{ scope, dealer, metric, halfLife, largest: 0 },
          cell: new Float64Array(CELL_STRIDE),
        };
        cells.set(key, entry);
        const time = decayTime(tsMeasured, halfLife, { whole: 0, scale: 1 });
        observe(entry.cell, 0, time, value, quantity, sign);
        entry.largest = Math.max(entry.largest, quantity, quantity ** 2, quantity * value ** 2);
      }
    }
  }
  return [...cells.values()];
}

/** The sums of a cell, decayed to a moment. */
export function sumsAt({ cell, halfLife }: EngineCell, asOf: Micros) {
  const time = decayTime(asOf, halfLife, { whole: 0, scale: 1 });
  const factor = halved(time.whole - cell[LANDMARK]!) / time.scale;
  return {
    count: cell[COUNT]!,
    mass: cell[SUM_V]! * factor,
    massX: cell[SUM_VX]! * factor,
    massXX: cell[SUM_VXX]! * factor,
    massSquared: cell[SUM_VV]! * factor * factor,
  };
}
