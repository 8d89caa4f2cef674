import type { FirstcallEvent } from '../../schemas/events.ts';
import type { OrderAnalysis } from '../../schemas/order-analysis.ts';
import { DEFAULT_MODEL, MICROS_PER_SECOND, type Model } from '../scoring/model.ts';
import { BenchmarkBook } from './benchmark-book.ts';
import type { AxeEvent, Observation } from './observation.ts';
import { PartitionState } from './partition-state.ts';

/** What the tests of this folder write logs with: instrument X, RFQ R, seconds after T0. */
const T0 = 1_700_000_040 * MICROS_PER_SECOND;
export const s = (seconds: number): number => T0 + seconds * MICROS_PER_SECOND;

let lastId = 0;
export function event(kind: string, seconds: number, fields: object = {}): FirstcallEvent {
  const own = kind === 'clock' ? {} : { instrumentId: 'X' };
  return { kind, id: `e${lastId++}`, tsEvent: s(seconds), ...own, ...fields } as FirstcallEvent;
}

export const tick = (seconds: number, mid: number) => event('tick', seconds, { mid });

/** A firm quote of R, priced on the ask; `fields` changes anything. */
export const quote = (dealerId: string, seconds: number, ask: number, fields: object = {}) =>
  event('quote', seconds, {
    quoteId: `${dealerId}${seconds}`,
    rfqId: 'R',
    dealerId,
    quoteKind: 'firm',
    ask,
    quantity: 4e6,
    ...fields,
  });

export const pass = (dealerId: string, seconds: number) =>
  event('quote', seconds, {
    quoteId: `${dealerId}${seconds}`,
    rfqId: 'R',
    dealerId,
    quoteKind: 'pass',
  });

export const fill = (
  dealerId: string,
  seconds: number,
  price: number,
  quantity: number,
  fields: object = {},
) =>
  event('fill', seconds, {
    fillId: `${dealerId}${seconds}${price}`,
    rfqId: 'R',
    dealerId,
    side: 'buy',
    price,
    quantity,
    ...fields,
  });

/** A buy of 4M, asked of dealers at second 0, with a minute to answer. */
export const rfq = (dealers: string, fields: object = {}) =>
  event('rfq', 0, {
    rfqId: 'R',
    side: 'buy',
    quantity: 4e6,
    tsDeadline: s(60),
    asks: [...dealers].map((dealerId) => ({ dealerId, tsSent: s(0) })),
    ...fields,
  });

export const closed = (seconds: number, reason = 'traded') =>
  event('rfqClosed', seconds, { rfqId: 'R', reason });

export const bust = (fillId: string, seconds: number, fields: object = {}) =>
  event('fillBust', seconds, { fillId, rfqId: 'R', dealerId: 'A', ...fields });

export const streamed = (dealerId: string, seconds: number, mid: number, fields: object = {}) =>
  event('quote', seconds, {
    quoteId: `s${dealerId}${seconds}`,
    dealerId,
    quoteKind: 'indicative',
    bid: mid - 0.1,
    ask: mid + 0.1,
    ...fields,
  });

export const ordered = (seconds: number, fields: object = {}) =>
  event('order', seconds, { orderId: 'O', side: 'buy', quantity: 4e6, ...fields });

export const orderClosed = (seconds: number) => event('orderClosed', seconds, { orderId: 'O' });

/** A fill that names the order O and no RFQ. */
export const orderFill = (dealerId: string, seconds: number, price: number, quantity: number) =>
  fill(dealerId, seconds, price, quantity, { rfqId: undefined, orderId: 'O' });

export const clock = (seconds: number) => event('clock', seconds);

/** Golden 5 of docs/scoring.md: A and B quote and share the fill, C passes, D is silent. */
export const rfqOfFour: readonly FirstcallEvent[] = [
  tick(-1, 100),
  rfq('ABCD'),
  pass('C', 3),
  quote('A', 5, 100.02),
  quote('B', 8, 100.02),
  fill('A', 10, 100.02, 3e6),
  fill('B', 10, 100.02, 1e6),
  closed(10),
];
/** Half an hour later the mid has moved 5 bps our way; the clock then settles everything. */
export const aftermath: readonly FirstcallEvent[] = [tick(1800, 100.05), clock(4500)];
/** A fill can be busted for a day; after that its RFQ is forgotten. */
export const DAY_LATER = 90_000;

interface RunOptions {
  readonly benchmarkLog?: readonly FirstcallEvent[];
  readonly model?: Partial<Model>;
}

/** Runs a log; says what stands in the sums at the end, and everything that came out. */
export function run(log: readonly FirstcallEvent[], options: RunOptions = {}) {
  const standing: Observation[] = [];
  const analyses: OrderAnalysis[] = [];
  const axes: AxeEvent[] = [];
  const model = { ...DEFAULT_MODEL, ...options.model };
  const benchmarks = new BenchmarkBook(model);
  for (const e of options.benchmarkLog ?? []) benchmarks.accept(e, 0);
  const sink = {
    observe(observation: Observation, sign: 1 | -1) {
      if (sign === 1) standing.push(observation);
      else standing.splice(standing.indexOf(observation), 1);
    },
    standingAxe: (axe: AxeEvent) => axes.push(axe),
  };
  const onAnalysis = (analysis: OrderAnalysis) => analyses.push(analysis);
  const state = new PartitionState({ model, benchmarks, sink, onAnalysis });
  let held = false;
  for (const e of log) {
    state.accept(e);
    if (!state.drain()) held = true;
  }
  const of = (metric: string) =>
    Object.fromEntries(
      standing.filter((o) => o.metric === metric).map((o) => [o.dealerId, o.value]),
    );
  const nulls = (metric: string) =>
    Object.fromEntries(
      state.counters
        .entries()
        .filter(([name]) => name.startsWith(`null.${metric}.`))
        .map(([name, n]) => [name.split('.')[2], n]),
    );
  return { state, standing, of, nulls, held, analyses, axes };
}
