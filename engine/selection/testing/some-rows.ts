import type { DealerId, Micros } from '../../../schemas/ids.ts';
import { cellAt, TIER } from '../../scoring/block.ts';
import { BlockArena } from '../../scoring/block-arena.ts';
import { decayTime } from '../../scoring/decay.ts';
import { writeTier } from '../../scoring/marks.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricOf } from '../../scoring/model.ts';
import { type ScoreRows, scopeRows } from '../../scoring/score-rows.ts';
import { observe } from '../../scoring/testing/observe.ts';

export const T0: Micros = 20_000 * MICROS_PER_DAY;
const FILL_RATE = metricOf(DEFAULT_MODEL, 'fillRate')!;

/** What is known of a dealer at a scope. */
export interface RowParts {
  readonly quotedAt?: Micros;
  readonly askedAt?: Micros;
  readonly tier?: number;
  /** By RFQ, all asked at `asksAt`: 1 where it filled. */
  readonly fills?: readonly number[];
  /** T0 unless said. */
  readonly asksAt?: Micros;
}

/** Rows by scope, finest first, and dealer. Dealers of any scope are dealers; there is no pool. */
export function someRows(
  scopes: Readonly<Record<string, Readonly<Record<string, RowParts>>>>,
): ScoreRows {
  const arena = BlockArena.growing();
  const blocks: number[] = [];
  const times: number[] = [];
  const dealers = [...new Set(Object.values(scopes).flatMap((rows) => Object.keys(rows)))].sort();
  const add = (parts: RowParts | undefined): number => {
    if (parts === undefined) return -1;
    times.push(parts.quotedAt ?? 0, parts.askedAt ?? 0);
    return blocks.push(write(arena, parts)) - 1;
  };
  const laidOut = Object.entries(scopes).map(([scope, rowOf]) => {
    const rows = Int32Array.from(dealers, (dealer) => add(rowOf[dealer]));
    return scopeRows(scope, rows);
  });
  return {
    cells: arena.cells,
    blocks: Int32Array.from(blocks),
    times: Float64Array.from(times),
    dealers: dealers as DealerId[],
    scopes: laidOut,
    poolRow: -1,
    marketRow: -1,
  };
}

function write(arena: BlockArena, { tier, fills = [], asksAt = T0 }: RowParts): number {
  const block = arena.allocate((1 << FILL_RATE.column) | (1 << TIER));
  const { cells } = arena;
  writeTier(cells, cellAt(cells, block, TIER), tier ?? null);
  const times = FILL_RATE.halfLives.map((halfLife) => decayTime(asksAt, halfLife));
  const at = cellAt(cells, block, FILL_RATE.column);
  for (const filled of fills) observe(cells, at, asksAt, times, filled, 1, 1);
  return block;
}
