import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { DEFAULT_MODEL, MICROS_PER_SECOND } from '../scoring/model.ts';
import { BenchmarkBook } from './benchmark-book.ts';
import type { Observation } from './observation.ts';
import { PartitionState } from './partition-state.ts';

const T0 = 1_700_000_000 * MICROS_PER_SECOND;
const s = (seconds: number): number => T0 + seconds * MICROS_PER_SECOND;

let lastId = 0;
/** An event of instrument X at `seconds` after T0. */
function event(kind: string, seconds: number, fields: object = {}): FirstcallEvent {
  const own = kind === 'clock' ? {} : { instrumentId: 'X' };
  return { kind, id: `e${lastId++}`, tsEvent: s(seconds), ...own, ...fields } as FirstcallEvent;
}

const tick = (seconds: number, mid: number) => event('tick', seconds, { mid });
const quote = (dealerId: string, seconds: number, ask?: number) =>
  event('quote', seconds, {
    quoteId: `${dealerId}${seconds}`,
    rfqId: 'R',
    dealerId,
    quoteKind: ask === undefined ? 'pass' : 'firm',
    ...(ask === undefined ? {} : { ask, quantity: 4e6 }),
  });
const fill = (dealerId: string, seconds: number, price: number, quantity: number) =>
  event('fill', seconds, {
    fillId: `${dealerId}${seconds}${price}`,
    rfqId: 'R',
    dealerId,
    side: 'buy',
    price,
    quantity,
  });

/** Golden 5: A and B quote and share the fill, C passes, D is silent. */
const rfqOfFour: FirstcallEvent[] = [
  tick(-1, 100),
  event('rfq', 0, {
    rfqId: 'R',
    side: 'buy',
    quantity: 4e6,
    tsDeadline: s(60),
    asks: ['A', 'B', 'C', 'D'].map((dealerId) => ({ dealerId, tsSent: s(0) })),
  }),
  quote('C', 3),
  quote('A', 5, 100.02),
  quote('B', 8, 100.02),
  fill('A', 10, 100.02, 3e6),
  fill('B', 10, 100.02, 1e6),
  event('rfqClosed', 10, { rfqId: 'R', reason: 'traded' }),
];
/** Half an hour later the mid has moved 5 bps our way; the clock then settles everything. */
const aftermath: FirstcallEvent[] = [tick(1800, 100.05), event('clock', 4000)];
/** A fill can be busted for a day; after that its RFQ is forgotten. */
const DAY_LATER = 90_000;

/** Runs a log and returns what stands in the sums at the end, by dealer and metric. */
function run(log: readonly FirstcallEvent[], benchmarkLog: readonly FirstcallEvent[] = []) {
  const standing: Observation[] = [];
  const benchmarks = new BenchmarkBook(DEFAULT_MODEL);
  for (const e of benchmarkLog) benchmarks.accept(e, 0);
  const state = new PartitionState({
    model: DEFAULT_MODEL,
    benchmarks,
    sink: {
      observe(observation, sign) {
        if (sign === 1) standing.push(observation);
        else standing.splice(standing.indexOf(observation), 1);
      },
    },
  });
  let held = false;
  for (const e of log) {
    state.accept(e);
    if (!state.drain()) held = true;
  }
  const of = (metric: string) =>
    Object.fromEntries(
      standing.filter((o) => o.metric === metric).map((o) => [o.dealerId, o.value]),
    );
  return { state, standing, of, held };
}

test('golden 5: who filled, who answered, how fast and how well', () => {
  const { of, standing, state } = run([...rfqOfFour, ...aftermath, event('clock', DAY_LATER)]);
  expect(of('fillRate')).toEqual({ A: 1, B: 1, C: 0, D: 0 });
  expect(of('responseSeconds')).toEqual({ A: 5, B: 8, C: 60 });
  const improvement = of('priceImprovementBps');
  expect(improvement.A).toBeCloseTo(-2, 9);
  expect(improvement.B).toBeCloseTo(-2, 9);
  expect(of('reversion30mBps').A).toBeCloseTo(5, 9);
  expect(standing.every((o) => o.quantity === 1)).toBe(true);
  expect(state.counters.get('null.responseSeconds.endedEarly')).toBe(1);
  expect(state.openRfqs).toBe(0);
  expect(state.pendingTasks).toBe(0);
});

test('golden 5: a split fill makes one observation, size-weighted', () => {
  const log = rfqOfFour.flatMap((e) =>
    e.kind === 'fill' && e.dealerId === 'A'
      ? [fill('A', 10, 100.02, 2e6), fill('A', 10, 100.05, 1e6)]
      : [e],
  );
  const { standing } = run([...log, ...aftermath]);
  const ofA = standing.filter((o) => o.dealerId === 'A' && o.metric === 'priceImprovementBps');
  expect(ofA.map((o) => o.value)).toEqual([expect.closeTo(-3, 9)]);
});

test('the order in which parts arrive does not matter, nor do repeats', () => {
  const inOrder = run([...rfqOfFour, ...aftermath]).standing;
  const reversed = run([...[...rfqOfFour].reverse(), ...rfqOfFour, ...aftermath]).standing;
  const sorted = (all: Observation[]) =>
    all.map((o) => [o.metric, o.dealerId, o.value, o.tsMeasured]).sort();
  expect(sorted(reversed)).toEqual(sorted(inOrder));
});

test('fill and response rates stand as soon as the RFQ is closed', () => {
  const { of } = run(rfqOfFour);
  expect(Object.keys(of('fillRate'))).toHaveLength(4);
  expect(of('priceImprovementBps')).toEqual({});
});

test('a bust withdraws what the fill had said', () => {
  const bust = event('fillBust', 20, { fillId: 'A10100.02', rfqId: 'R', dealerId: 'A' });
  const { of } = run([...rfqOfFour, bust, ...aftermath]);
  expect(of('fillRate')).toEqual({ A: 0, B: 1, C: 0, D: 0 });
  expect(Object.keys(of('priceImprovementBps'))).toEqual(['B']);
});

test('cancelled before any firm quote charges nobody with a missed fill', () => {
  const log = [rfqOfFour[0]!, rfqOfFour[1]!, quote('C', 3)];
  const { of } = run([...log, event('rfqClosed', 9, { rfqId: 'R', reason: 'cancelled' })]);
  expect(of('fillRate')).toEqual({});
  expect(of('responseSeconds')).toEqual({ C: 60 });
});

test('a pass that comes after we ended the RFQ says nothing', () => {
  const { of } = run([...rfqOfFour, quote('D', 12), ...aftermath]);
  expect(of('responseSeconds')).toEqual({ A: 5, B: 8, C: 60 });
});

test('a bust hours after the mark-outs still withdraws', () => {
  const bust = event('fillBust', 20_000, { fillId: 'A10100.02', rfqId: 'R', dealerId: 'A' });
  const { of } = run([...rfqOfFour, ...aftermath, bust]);
  expect(of('fillRate')).toEqual({ A: 0, B: 1, C: 0, D: 0 });
  expect(Object.keys(of('reversion30mBps'))).toEqual(['B']);
});

test('parts of an RFQ that was dropped as an orphan do no harm to another of its name', () => {
  const early = fill('A', 100, 100, 1e6);
  const later = fill('B', 650, 100, 1e6);
  const { state } = run([
    quote('A', 0, 100),
    early,
    event('clock', 601),
    later,
    event('clock', 702),
  ]);
  expect(state.counters.get('orphan')).toBeGreaterThan(0);
  expect(
    run([early, event('clock', 2000), fill('A', 1850, 100, 1e6), event('clock', 9000)]).standing,
  ).toEqual([]);
});

test('an RFQ with a far deadline is over after a day', () => {
  const far = { ...rfqOfFour[1]!, tsDeadline: s(400 * 86_400) } as FirstcallEvent;
  const { state } = run([far, event('clock', 2 * DAY_LATER)]);
  expect(state.openRfqs).toBe(0);
});

test('the mid at arrival is kept for fills that come an hour later', () => {
  const ticks = Array.from({ length: 400 }, (_, i) => tick(i * 10, i === 0 ? 100 : 101));
  const late = { ...fill('A', 3700, 100.02, 1e6), rfqId: undefined, orderId: 'O' };
  const { of } = run([
    event('order', 0, { orderId: 'O', side: 'buy', quantity: 1e6 }),
    ...ticks,
    late as FirstcallEvent,
    event('orderClosed', 3710, { orderId: 'O' }),
    event('clock', 9000),
  ]);
  expect(of('priceImprovementBps').A).toBeCloseTo(-2, 9);
});

test('an order whose close came first is closed', () => {
  const orderFill = { ...fill('A', 10, 100.02, 1e6), rfqId: undefined, orderId: 'O' };
  const { of } = run([
    tick(-1, 100),
    event('orderClosed', 11, { orderId: 'O' }),
    orderFill as FirstcallEvent,
    event('order', 0, { orderId: 'O', side: 'buy', quantity: 1e6 }),
    ...aftermath,
  ]);
  expect(of('priceImprovementBps').A).toBeCloseTo(-2, 9);
});

test('another price under a known fill id is a conflict, and the first holds', () => {
  const other = { ...rfqOfFour[5]!, price: 105 } as FirstcallEvent;
  const { of, state } = run([...rfqOfFour, other, ...aftermath]);
  expect(of('priceImprovementBps').A).toBeCloseTo(-2, 9);
  expect(state.counters.get('conflict')).toBe(1);
});

test('a mark-out keeps to the benchmark that the fill began with', () => {
  const record = (seconds: number, benchmarkId: string) =>
    event('instrument', seconds, { benchmarkId, beta: 1 });
  const benchmark = (instrumentId: string, seconds: number, mid: number) =>
    ({ ...tick(seconds, mid), instrumentId }) as FirstcallEvent;
  const log = [
    record(-5, 'B1'),
    ...rfqOfFour,
    event('clock', 700),
    record(701, 'B2'),
    ...aftermath,
  ];
  const { of } = run(log, [
    benchmark('B1', 1, 100),
    benchmark('B2', 1, 130),
    benchmark('B1', 1700, 100),
    benchmark('B2', 1700, 130),
    event('clock', 9000),
  ]);
  expect(of('reversion30mBps').A).toBeCloseTo(5, 9);
});

test('a repeated streamed quote does not put the dealer back to an old mid', () => {
  const streamed = (dealerId: string, seconds: number, mid: number) =>
    event('quote', seconds, {
      quoteId: `s${dealerId}${seconds}`,
      dealerId,
      quoteKind: 'indicative',
      bid: mid - 0.1,
      ask: mid + 0.1,
    });
  const first = streamed('A', 0, 100);
  const { of } = run([first, streamed('A', 30, 101), first, streamed('B', 40, 101)]);
  expect(of('quoteDistanceBps')).toEqual({ B: 0 });
});

test('a firm quote counts as the newest once, whatever event brings it again', () => {
  const counted: string[] = [];
  const sink = {
    observe: () => {},
    newestQuote: (_: unknown, scopes: readonly string[]) => void counted.push(scopes.join()),
  };
  const benchmarks = new BenchmarkBook(DEFAULT_MODEL);
  const state = new PartitionState({ model: DEFAULT_MODEL, benchmarks, sink });
  const firm = { quoteId: 'q', dealerId: 'A', quoteKind: 'firm', bid: 100, ask: 101 };
  state.accept(event('quote', 0, firm));
  // By then the instrument has an asset class.
  state.accept(event('instrument', 0, { assetClass: 'HY' }));
  state.accept(event('quote', 0, { ...firm, quantity: 1e6 }));
  expect(counted).toEqual(['instrument:X,ALL']);
});

test('an RFQ that nobody closed ends at its deadline, silence counting as 60 seconds', () => {
  const { of } = run([...rfqOfFour.slice(0, 5), event('clock', 4000)]);
  expect(of('fillRate')).toEqual({ A: 0, B: 0, C: 0, D: 0 });
  expect(of('responseSeconds')).toEqual({ A: 5, B: 8, C: 60, D: 60 });
});

test('a dealer whose turn never came was not asked', () => {
  const late = { dealerId: 'E', tsSent: s(20) };
  const log = rfqOfFour.map((e) => (e.kind === 'rfq' ? { ...e, asks: [...e.asks, late] } : e));
  expect(run([...log, ...aftermath] as FirstcallEvent[]).of('fillRate')).not.toHaveProperty('E');
});

test('a mid that was not renewed since the fill gives no reversion', () => {
  const { of, state } = run([...rfqOfFour, event('clock', 4000)]);
  expect(of('reversion30mBps')).toEqual({});
  expect(state.counters.get('null.reversion30mBps.noNewTick')).toBe(2);
});

test('fills without an RFQ count from the order arrival, for price and reversion only', () => {
  const orderFill = { ...fill('A', 10, 100.02, 1e6), rfqId: undefined, orderId: 'O' };
  const { of } = run([
    tick(-1, 100),
    event('order', 0, { orderId: 'O', side: 'buy', quantity: 1e6 }),
    orderFill as FirstcallEvent,
    event('orderClosed', 11, { orderId: 'O' }),
    ...aftermath,
  ]);
  expect(of('fillRate')).toEqual({});
  expect(of('priceImprovementBps').A).toBeCloseTo(-2, 9);
  expect(of('reversion30mBps').A).toBeCloseTo(5, 9);
});

test('mark-outs wait for the benchmark, and are adjusted by it', () => {
  const instrument = event('instrument', -5, { benchmarkId: 'B', beta: 1.2 });
  const log = [instrument, ...rfqOfFour, ...aftermath];
  const waiting = run(log);
  expect(waiting.held).toBe(true);
  // What it waits for must be kept, though its own watermark is long past it.
  expect(waiting.state.tsNeeded).toBe(s(0));
  const benchmark = (seconds: number, mid: number) =>
    ({ ...tick(seconds, mid), instrumentId: 'B' }) as FirstcallEvent;
  const { of, held } = run(log, [benchmark(1, 100), benchmark(1700, 100.01), event('clock', 9000)]);
  expect(held).toBe(false);
  expect(of('reversion30mBps').A).toBeCloseTo(5 - 1.2, 9);
});

test('a repeat that comes after its RFQ has left the book is late and changes nothing', () => {
  const log = [...rfqOfFour, ...aftermath];
  const once = run(log).standing;
  const { standing, state } = run([...log, event('clock', DAY_LATER), ...rfqOfFour]);
  expect(standing).toHaveLength(once.length);
  expect(state.counters.get('late')).toBe(rfqOfFour.length);
});
