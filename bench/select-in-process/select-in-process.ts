import assert from 'node:assert/strict';
import { contentHash } from '../../engine/platform/hash.ts';
import { canonicalRules, DEFAULT_RULES } from '../../engine/rules/rules.ts';
import { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import { canonicalModel, DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { NO_DEALER_RECORDS } from '../../engine/selection/dealer-view.ts';
import type { OrderId } from '../../schemas/ids.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { Latencies } from '../support/latencies.ts';
import { type BenchReport, type Check, latencyTable, type Table } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { fillBoard, type MarketBoard } from './market-board.ts';
import { NaiveSelector } from './naive-selector.ts';

const ORDERS = 512;
const WARM_UP_MS = 400;
/** Composites of the two ways are the same sum in another order. */
const COMPOSITE_TOLERANCE = 1e-9;

export const selectInProcess: Bench = {
  name: 'select-in-process',
  question: 'How long does one selection take inside the engine, reasons included?',
  load:
    `${ORDERS} orders over 200 instruments, asked one after another without a pause: a call has no ` +
    'queue of its own, and a collection of garbage counts for the call that it interrupts.',
  run: async (context) => {
    const manyEvents = context.effort.quick ? 60_000 : 200_000;
    const parts = [await measure(context, 40, 60_000), await measure(context, 500, manyEvents)];
    return {
      tables: parts.map(({ table }) => table),
      checks: parts.flatMap(({ checks }) => checks),
      notes: ['The empty call is what the timer itself costs.'],
    } satisfies BenchReport;
  },
};

async function measure(
  { effort, progress }: BenchContext,
  dealers: number,
  events: number,
): Promise<{ table: Table; checks: Check[] }> {
  progress(`scoring ${events} simulated events, ${dealers} dealers`);
  const board = await fillBoard(dealers, events, DEFAULT_MODEL);
  const orders = ordersOn(board);
  const selector = selectorOn(board);
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
  const title = `${dealers} dealers, ${board.rows} rows from ${board.events} events`;
  return {
    table: latencyTable(title, objects!, [engine, empty!]),
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

function selectorOn({ merged, partitions }: MarketBoard): BoardSelector {
  return new BoardSelector({
    merged,
    partitions,
    model: DEFAULT_MODEL,
    modelHash: contentHash(canonicalModel(DEFAULT_MODEL)),
    rules: DEFAULT_RULES,
    rulesHash: contentHash(canonicalRules(DEFAULT_RULES)),
    records: NO_DEALER_RECORDS,
  });
}

/** What is returned is kept, so that the compiler cannot leave the call out. */
let kept: unknown;

function timeCalls(
  call: (order: SelectRequest) => unknown,
  orders: readonly SelectRequest[],
  forMs: number,
): Latencies {
  const latencies = new Latencies();
  const end = process.hrtime.bigint() + BigInt(Math.round(forMs * 1e6));
  for (let i = 0, done = 0n; done < end; i++) {
    const order = orders[i % orders.length]!;
    const start = process.hrtime.bigint();
    kept = call(order);
    done = process.hrtime.bigint();
    latencies.record(Number(done - start));
  }
  assert(kept !== undefined, 'a call returned nothing');
  return latencies;
}

function compareAnswers(
  selector: BoardSelector,
  naive: NaiveSelector,
  orders: readonly SelectRequest[],
  dealers: number,
): Check {
  const different = orders.filter((order) => {
    const { dealers: a, others: b } = selector.select(order, []);
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
