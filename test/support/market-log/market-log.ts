import fc from 'fast-check';
import { DEFAULT_MODEL, MICROS_PER_DAY, type Model } from '../../../engine/scoring/model.ts';
import type { FirstcallEvent } from '../../../schemas/events.ts';
import { logOf, mishaps } from './disorder.ts';
import {
  BENCHMARKS,
  DAY_STEPS,
  Drafts,
  INSTRUMENTS,
  LATENESS_STEPS,
  mostly,
  priceOf,
  startStep,
  WILD,
} from './grid.ts';
import { addInstrument, addTca, instrumentPlans, streamPlan, tcaPlan } from './loose-plans.ts';
import { addOrder, orderPlan } from './order-plans.ts';
import { addQuote } from './quote-plans.ts';
import { addRfq, rfqPlan } from './rfq-plans.ts';
import { addTicks, tickRuns } from './tick-plans.ts';

/** One partition's log and the shared one, and the model to judge them by. */
export interface MarketLog {
  readonly model: Model;
  readonly log: readonly FirstcallEvent[];
  readonly shared: readonly FirstcallEvent[];
}

const tca = (name: string) => ({ name, higherIsBetter: false, prior: 0, priorVariance: 1 });
const BASE: Model = { ...DEFAULT_MODEL, tcaMetrics: [tca('toxicity'), tca('hitRatio')] };
const model = fc.constantFrom<Model[]>(
  BASE,
  { ...BASE, splitBySide: true, sizeBounds: [2e6, 4e6] },
  { ...BASE, sizeBounds: [3e6] },
  { ...BASE, metrics: { fillRate: { halfLifeMicros: { base: MICROS_PER_DAY / 2 } } } },
);

/** Steps that the last clock is after everything else; none where undefined. */
const lastClock = fc.constantFrom(
  undefined,
  0,
  LATENESS_STEPS,
  LATENESS_STEPS + 1,
  500,
  DAY_STEPS + 130,
  2 * DAY_STEPS,
  3 * DAY_STEPS,
);
const clocks = fc.array(mostly(800, DAY_STEPS, DAY_STEPS + 700), { maxLength: 3 });

const partition = fc.record({
  instruments: instrumentPlans,
  ticks: fc.tuple(...INSTRUMENTS.map(() => tickRuns)),
  orders: fc.array(orderPlan, { maxLength: 2 }),
  rfqs: fc.array(
    fc.record({
      instrument: fc.constantFrom(0, 1, 2, WILD, WILD),
      step: startStep,
      plan: rfqPlan,
    }),
    { maxLength: 4 },
  ),
  streams: fc.array(streamPlan, { maxLength: 10 }),
  tcas: fc.array(tcaPlan, { maxLength: 3 }),
  clocks,
  lastClock,
  mishaps,
});
type PartitionPlan = typeof partition extends fc.Arbitrary<infer Plan> ? Plan : never;

const sharedPlan = fc.record({
  ticks: fc.tuple(...BENCHMARKS.map(() => tickRuns)),
  clocks,
  lastClock,
  mishaps,
});
type SharedPlan = typeof sharedPlan extends fc.Arbitrary<infer Plan> ? Plan : never;

/**
 * Whole random markets, as they came into the log: displaced by up to beyond the lateness, with
 * repeats and conflicts. By event time a part never comes before its RFQ, nor a fill before its
 * order; in the log it may.
 */
export const marketLogs: fc.Arbitrary<MarketLog> = fc
  .record({ model, log: partition.map(partitionLog), shared: sharedPlan.map(sharedLog) })
  .map((market) => ({ ...market, shared: caughtUp(market.shared, market.log) }));

/** The shared log with a last clock as late as the partition: an engine waits for benchmarks. */
function caughtUp(
  shared: readonly FirstcallEvent[],
  log: readonly FirstcallEvent[],
): FirstcallEvent[] {
  const tsEvent = Math.max(...log.map((event) => event.tsEvent));
  return [...shared, { kind: 'clock', id: 'caughtUp', tsEvent }];
}

function partitionLog(plan: PartitionPlan): FirstcallEvent[] {
  const drafts = new Drafts();
  for (const instrument of plan.instruments) addInstrument(drafts, instrument);
  for (const [i, runs] of plan.ticks.entries()) {
    addTicks(drafts, runs, INSTRUMENTS[i]!, (cents) => priceOf(i, cents));
  }
  for (const order of plan.orders) addOrder(drafts, order);
  for (const { plan: rfq, ...place } of plan.rfqs) addRfq(drafts, rfq, place);
  for (const { quote, instrument, step } of plan.streams) addQuote(drafts, quote, instrument, step);
  for (const event of plan.tcas) addTca(drafts, event);
  return finish(drafts, plan);
}

function sharedLog(plan: SharedPlan): FirstcallEvent[] {
  const drafts = new Drafts();
  for (const [i, runs] of plan.ticks.entries()) {
    addTicks(drafts, runs, BENCHMARKS[i]!, (cents) => 100 + cents / 100);
  }
  return finish(drafts, plan);
}

function finish(drafts: Drafts, plan: SharedPlan | PartitionPlan): FirstcallEvent[] {
  for (const step of plan.clocks) drafts.add('clock', step, {});
  const last = drafts.all.reduce((max, { step }) => Math.max(max, step), 0);
  if (plan.lastClock !== undefined) drafts.add('clock', last + plan.lastClock, {});
  return logOf(drafts.all, plan.mishaps);
}
