import { expect, test } from 'vitest';
import type { DealerId, InstrumentId, OrderId } from '../../schemas/ids.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { DEFAULT_RULES } from '../rules/rules.ts';
import { AXE_TO_SELL, cellAt } from '../scoring/block.ts';
import { BlockArena } from '../scoring/block-arena.ts';
import { decayTime } from '../scoring/decay.ts';
import { writeAxe } from '../scoring/marks.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricOf } from '../scoring/model.ts';
import { ROW_TIMES } from '../scoring/row-memory.ts';
import { type ScoreRows, scopeRows } from '../scoring/score-rows.ts';
import { observe } from '../scoring/testing/observe.ts';
import { NO_DEALER_RECORDS } from './dealer-records.ts';
import { select } from './select.ts';

const T0 = 20_000 * MICROS_PER_DAY;
const HONESTY = metricOf(DEFAULT_MODEL, 'axeHonesty')!;
const DEALERS = ['TESTED', 'UNTESTED', 'WITHDRAWN'] as DealerId[];

/** All three are axed in X; the axes of one were tested elsewhere, and those of one no longer. */
function someRows(): ScoreRows {
  const arena = BlockArena.growing();
  const blocks: number[] = [];
  const times = HONESTY.halfLives.map((halfLife) => decayTime(T0, halfLife));
  const axed = (): number => {
    const block = arena.allocate(1 << AXE_TO_SELL);
    const axe = { tsEvent: T0, tsExpires: T0 + MICROS_PER_DAY, quantity: 2e6, price: null };
    writeAxe(arena.cells, cellAt(arena.cells, block, AXE_TO_SELL), axe);
    return blocks.push(block) - 1;
  };
  const tested = (...signs: readonly (1 | -1)[]): number => {
    const block = arena.allocate(1 << HONESTY.column);
    const at = cellAt(arena.cells, block, HONESTY.column);
    for (const sign of signs) observe(arena.cells, at, T0, times, 1, 1, sign);
    return blocks.push(block) - 1;
  };
  const scopes = [
    scopeRows('instrument:X', Int32Array.from([axed(), axed(), axed()])),
    scopeRows('ALL', Int32Array.from([tested(1), -1, tested(1, -1)])),
  ];
  const poolRow = tested(1);
  return {
    cells: arena.cells,
    blocks: Int32Array.from(blocks),
    times: new Float64Array(ROW_TIMES * blocks.length),
    dealers: DEALERS,
    scopes,
    poolRow,
    marketRow: -1,
  };
}

test('the honesty of axes is said only of a dealer whose axes were tested', () => {
  const order: SelectRequest = {
    orderId: 'o' as OrderId,
    instrumentId: 'X' as InstrumentId,
    side: 'buy',
    quantity: 1e6,
    tsEvent: T0,
  };
  const source = {
    model: DEFAULT_MODEL,
    modelHash: 'm',
    rulesHash: 'r',
    position: { partitions: [1], all: 1, tiers: 0 },
    degradedPartitions: [],
    instrument: undefined,
    records: NO_DEALER_RECORDS,
  };
  const { dealers } = select(order, DEFAULT_RULES, someRows(), source);
  const reasonOf = (dealerId: string) => dealers.find((d) => d.dealerId === dealerId)!.reason;
  expect(reasonOf('TESTED')).toMatch(/; it is axed for 2,000,000, and honours \d+% of its axes \(/);
  for (const dealerId of ['UNTESTED', 'WITHDRAWN']) {
    expect(reasonOf(dealerId)).toContain(
      '; it is axed for 2,000,000, and none of its axes was tested yet (',
    );
  }
});
