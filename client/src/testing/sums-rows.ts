import { AXE_TO_SELL, cellAt } from '../../../engine/scoring/block.ts';
import { BlockArena } from '../../../engine/scoring/block-arena.ts';
import { decayTime } from '../../../engine/scoring/decay.ts';
import { writeAxe } from '../../../engine/scoring/marks.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricsOf } from '../../../engine/scoring/model.ts';
import { packedBlock, packedTimes, packRow } from '../../../engine/scoring/packed-row.ts';
import { type ScoreRows, scopeRows } from '../../../engine/scoring/score-rows.ts';
import { observe } from '../../../engine/scoring/testing/observe.ts';
import type { DealerId } from '../../../schemas/ids.ts';
import type { SumsRow } from '../../../schemas/protocol.ts';

/** Epoch microseconds. */
export const DAY_0 = 19_700 * MICROS_PER_DAY;

/** Decayed sums of a few observations of some metrics, made by the engine's own arithmetic. */
export function sumsRow(dealerId: string, seed: number): SumsRow {
  const arena = BlockArena.growing();
  const metrics = metricsOf(DEFAULT_MODEL).filter(({ column }) => (seed + column) % 4 !== 0);
  const columns = metrics.reduce((mask, { column }) => mask | (1 << column), 1 << AXE_TO_SELL);
  const block = arena.allocate(columns);
  for (let i = 0; i < metrics.length * 9; i++) {
    const { column, halfLives } = metrics[i % metrics.length]!;
    const value = Math.abs(Math.sin(seed * 31 + i));
    const t = DAY_0 + i * 1e9;
    const times = halfLives.map((halfLife) => decayTime(t, halfLife));
    observe(arena.cells, cellAt(arena.cells, block, column), t, times, value, 1, 1);
  }
  const axe = { tsEvent: DAY_0, tsExpires: DAY_0 + seed * MICROS_PER_DAY, price: null };
  const at = cellAt(arena.cells, block, AXE_TO_SELL);
  writeAxe(arena.cells, at, { ...axe, quantity: 4e5 });
  const times = Float64Array.of(DAY_0 + seed, DAY_0 + 2 * seed);
  const row = packRow({ cells: arena.cells, blocks: Int32Array.of(block), times }, 0);
  return { dealerId, sums: [...row] };
}

/** Lays rows out afresh, the plain way. */
export function plainRows(
  scopes: readonly string[],
  rowsOf: (scope: string) => SumsRow[],
  known: readonly DealerId[] = [],
): ScoreRows {
  const cells: number[] = [0];
  const blocks: number[] = [];
  const times: number[] = [];
  const rowOf = new Map<string, number>();
  for (const scope of scopes) {
    for (const { dealerId, sums } of rowsOf(scope)) {
      rowOf.set(`${scope} ${dealerId}`, blocks.length);
      blocks.push(cells.length);
      cells.push(...packedBlock(sums));
      times.push(...packedTimes(sums));
    }
  }
  const ids = rowsOf('ALL').map((row) => row.dealerId as DealerId);
  const dealers = [...new Set([...ids, ...known])].filter((id) => id !== '*').sort();
  return {
    cells: Float64Array.from(cells),
    blocks: Int32Array.from(blocks),
    times: Float64Array.from(times),
    dealers,
    scopes: scopes.map((scope) =>
      scopeRows(
        scope,
        Int32Array.from(dealers, (id) => rowOf.get(`${scope} ${id}`) ?? -1),
      ),
    ),
    poolRow: rowOf.get('ALL *') ?? -1,
    marketRow: rowOf.get(`${scopes[0]} *`) ?? -1,
  };
}
