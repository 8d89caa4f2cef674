import { DEFAULT_RULES } from '../../engine/rules/rules.ts';
import type { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import type { OrderId } from '../../schemas/ids.ts';
import { otherDealers } from '../../schemas/other-dealers.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { type BenchReport, type Check, latencyTable, type Table } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { targetFigure } from '../support/target-figure.ts';
import { MarketBoard } from './market-board.ts';
import { NaiveSelector } from './naive-selector.ts';
import { measureRules } from './rules-cost.ts';
import { selectorOn, timeCalls, WARM_UP_MS } from './time-calls.ts';
import { HOT, measureWarmth } from './warmth.ts';

const ORDERS = 512;
/** Composites of the two ways are the same sum in another order. */
const COMPOSITE_TOLERANCE = 1e-9;

export const selectInProcess: Bench = {
  name: 'select-in-process',
  question: 'How long does one selection take inside the engine, reasons included?',
  load:
    `${ORDERS} orders over 200 instruments, asked one after another without a pause: a call has no ` +
    'queue of its own, and a collection of garbage counts for the call that it interrupts.',
  run: async (context) => {
    const { progress } = context;
    const few = await scored(40, 60_000, progress);
    const many = await scored(500, context.effort.quick ? 60_000 : 200_000, progress);
    const ofFew = await measure(context, 40, few);
    const ofMany = await measure(context, 500, many);
    const withRules = await measureRules(context, many, ordersOn(many));
    const boards = [few, many].map(({ rows, events }) => `${rows} rows from ${events} events`);
    // The last, since it changes the board.
    const warmth = await measureWarmth(context, many);
    const parts = [ofFew, ofMany, withRules, warmth];
    return {
      tables: parts.map(({ table }) => table),
      checks: parts.flatMap(({ checks }) => checks),
      notes: ['The empty call is what the timer itself costs.', ...boards, ...warmth.notes],
      targets: [
        targetFigure('selectionHot', microsOf(warmth.table, HOT)),
        targetFigure('selectionRules', withRules.p999Micros),
      ],
    } satisfies BenchReport;
  },
};

function scored(
  dealers: number,
  events: number,
  progress: (line: string) => void,
): Promise<MarketBoard> {
  progress(`scoring ${events} simulated events, ${dealers} dealers`);
  return MarketBoard.fill(dealers, events, DEFAULT_MODEL);
}

async function measure(
  { effort, progress }: BenchContext,
  dealers: number,
  board: MarketBoard,
): Promise<{ table: Table; checks: Check[] }> {
  const orders = ordersOn(board);
  const selector = selectorOn(board, DEFAULT_RULES);
  const naive = new NaiveSelector(board.merged, DEFAULT_MODEL);
  const calls = [
    { name: 'engine', call: (order: SelectRequest): unknown => selector.select(order, []) },
    { name: 'objects, maps and a sort', call: (order: SelectRequest) => naive.select(order) },
    { name: 'empty call', call: (order: SelectRequest): unknown => order },
  ];
  const seconds = effort.seconds / (2 * calls.length * effort.rounds);
  for (const { call } of calls) timeCalls(call, orders, WARM_UP_MS);
  const contenders = calls.map(({ name, call }) => ({
    name,
    measure: async () => timeCalls(call, orders, seconds * 1000),
  }));
  const series = (await interleave(effort.rounds, contenders, progress)).map((rounds, i) => {
    return { contender: calls[i]!.name, rounds };
  });
  const [engine, objects, empty] = series as [(typeof series)[0], ...typeof series];
  return {
    table: latencyTable(`${dealers} dealers`, objects!, [engine, empty!]),
    checks: [compareAnswers(selector, naive, orders, dealers)],
  };
}

function ordersOn({ instrumentIds, ts }: MarketBoard): SelectRequest[] {
  return Array.from({ length: ORDERS }, (_, i) => ({
    orderId: `o${i}` as OrderId,
    instrumentId: instrumentIds[i % instrumentIds.length]!,
    side: i % 2 === 0 ? 'buy' : 'sell',
    quantity: 1e6,
    tsEvent: ts + i * 1_000_000,
  }));
}

function compareAnswers(
  selector: BoardSelector,
  naive: NaiveSelector,
  orders: readonly SelectRequest[],
  dealers: number,
): Check {
  const different = orders.filter((order) => {
    const selection = selector.select(order, []);
    const { dealers: a } = selection;
    const b = otherDealers(selection);
    const { dealers: c, others: d } = naive.select(order);
    const [left, right] = [
      [...a, ...b],
      [...c, ...d],
    ];
    return (
      left.length !== right.length ||
      left.some((dealer, i) => dealer.dealerId !== right[i]!.dealerId) ||
      left.some((dealer, i) => isOff(dealer.composite, right[i]!.composite)) ||
      a.some((dealer, i) => dealer.reason !== c[i]!.reason)
    );
  });
  return {
    name: `${dealers} dealers: both ways call the same dealers in the same order, for the same reasons`,
    passed: different.length === 0,
    detail: `${orders.length - different.length} of ${orders.length} orders`,
  };
}

const isOff = (a: number, b: number): boolean => !(Math.abs(a - b) <= COMPOSITE_TOLERANCE);

/** p50 of a row, microseconds. */
function microsOf({ rows }: Table, name: string): number | null {
  const nanos = rows.find(({ contender }) => contender === name)?.figures.p50Nanos;
  return typeof nanos === 'number' ? nanos / 1e3 : null;
}
