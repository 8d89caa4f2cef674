import { readRules } from '../../engine/rules/rules-file.ts';
import type { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { BenchContext } from '../support/bench.ts';
import { type Check, type LatencySeries, latencyTable, type Table } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { EVENTS_BETWEEN, LiveCalls } from './live-calls.ts';
import { manyRules } from './many-rules.ts';
import type { MarketBoard } from './market-board.ts';
import { StreamOrders } from './stream-orders.ts';
import { selectorOn, timeCalls, WARM_UP_MS } from './time-calls.ts';

const RULES = 50;
const ORDERS = 512;
/** Events in which the market has as many orders, and more. */
const EVENTS_OF_ORDERS = 80_000;
/** Instruments that are asked about again and again: what they need stays in the processor's caches. */
const FEW_INSTRUMENTS = 4;
const CHANGES_A_ROUND = 400;
const QUICK_CHANGES_A_ROUND = 40;

/** The row that the target is judged by. */
export const HOT = 'board unchanged, orders as they come';

/**
 * What a call costs when what it needs was needed just before, when it was not, and when the board has
 * changed since. Every call is another order of another moment, so that no answer is there already.
 */
export async function measureWarmth(
  { effort, progress }: BenchContext,
  board: MarketBoard,
): Promise<{ table: Table; checks: Check[]; notes: string[] }> {
  const selector = selectorOn(board, readRules(manyRules(RULES)));
  const call = (order: SelectRequest): unknown => selector.select(order, []);
  const changes = effort.quick ? QUICK_CHANGES_A_ROUND : CHANGES_A_ROUND;
  const events = effort.rounds * changes * EVENTS_BETWEEN + EVENTS_OF_ORDERS;
  progress(`simulating ${events} more events`);
  const coming = await board.next(events);
  const stream = new StreamOrders(coming);
  const live = new LiveCalls(board, selector, coming, stream);
  const forMs = (1000 * effort.seconds) / (4 * effort.rounds);
  /** The board is another in each round, and so is its time. */
  const orders = (): readonly SelectRequest[] => stream.from(board.ts, ORDERS);
  timeCalls(call, orders(), WARM_UP_MS);
  const contenders = [
    { name: HOT, measure: async () => timeCalls(call, orders(), forMs) },
    {
      name: `board unchanged, the same ${FEW_INSTRUMENTS} instruments`,
      measure: async () => timeCalls(call, amongFew(board, orders()), forMs),
    },
    { name: `${EVENTS_BETWEEN} events between two`, measure: async () => live.time(changes) },
  ];
  const rounds = await interleave(effort.rounds, contenders, progress);
  const series = rounds.map((all, i): LatencySeries => {
    return { contender: contenders[i]!.name, rounds: all };
  });
  const title = `500 dealers, ${RULES} rules, by what is still at hand`;
  return {
    table: latencyTable(title, series[0]!, series.slice(1)),
    checks: [live.check(), compareWithAnew(board, selector, orders())],
    notes: [live.note()],
  };
}

/** The same orders, in a few instruments. */
function amongFew(
  { instrumentIds }: MarketBoard,
  orders: readonly SelectRequest[],
): readonly SelectRequest[] {
  return orders.map((order, i) => ({
    ...order,
    instrumentId: instrumentIds[i % FEW_INSTRUMENTS]!,
  }));
}

/** What is kept from version to version must be what a selector finds that has kept nothing. */
function compareWithAnew(
  board: MarketBoard,
  selector: BoardSelector,
  orders: readonly SelectRequest[],
): Check {
  const anew = selectorOn(board, readRules(manyRules(RULES)));
  const same = orders.filter((order) => {
    const [a, b] = [selector.select(order, []), anew.select(order, [])];
    return JSON.stringify(a) === JSON.stringify(b);
  });
  return {
    name: 'a selector that followed every version answers as one that has seen the last alone',
    passed: same.length === orders.length,
    detail: `${same.length} of ${orders.length} orders, to the last bit`,
  };
}
