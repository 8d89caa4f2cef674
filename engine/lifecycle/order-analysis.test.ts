import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse, type OrderFacts } from './order-analysis.ts';
import {
  bust,
  clock,
  closed,
  event,
  fill,
  orderClosed,
  ordered,
  orderFill,
  rfq,
  run,
  s,
  tick,
} from './test-log.ts';

const near = (value: number) => expect.closeTo(value, 9);

/** A buy of 4M: 1M filled directly at 10 s, 2M by an RFQ sent at 20 s, the rest not. */
const log = [
  tick(-1, 100),
  ordered(0),
  orderFill('A', 10, 100.01, 1e6),
  tick(15, 100.1),
  rfq('B', { orderId: 'O', tsDeadline: s(80), asks: [{ dealerId: 'B', tsSent: s(20) }] }),
  fill('B', 30, 100.12, 2e6),
  closed(30),
  tick(35, 100.2),
  orderClosed(40),
  tick(1000, 100.3),
];

test('delay, execution and opportunity add up to the shortfall', () => {
  const { analyses, standing } = run([...log, clock(2431)]);
  expect(analyses).toHaveLength(1);
  const { figures, nulls, fills, ...order } = analyses[0]!;
  expect(order).toEqual({
    orderId: 'O',
    instrumentId: 'X',
    revision: 0,
    side: 'buy',
    quantity: 4e6,
    filledQuantity: 3e6,
    tsArrived: s(0),
    tsClosed: s(40),
    midArrived: 100,
  });
  expect(figures).toEqual({
    delayBps: near(5),
    executionBps: near(0.25 + 1),
    opportunityBps: near(0.25 * 20),
    shortfallBps: near(11.25),
    impactBps: near(20),
    reversion1mBps: near((20 + 2 * (0.1 / 100.1) * 1e4) / 3),
    reversion5mBps: near((20 + 2 * (0.1 / 100.1) * 1e4) / 3),
    reversion30mBps: near((30 + 2 * (0.2 / 100.1) * 1e4) / 3),
  });
  expect(nulls).toEqual({});
  expect(fills).toMatchObject([
    { fillId: 'A10100.01', rfqId: null, midSent: 100, midFill: 100, effectiveSpreadBps: near(1) },
    {
      fillId: 'B30100.12',
      rfqId: 'R',
      midSent: 100.1,
      realizedSpread30mBps: near((-0.18 / 100.1) * 1e4),
    },
  ]);
  const ofA = standing.filter((o) => o.dealerId === 'A').map((o) => o.metric);
  expect(ofA.sort()).toEqual([
    'priceImprovementBps',
    'reversion1mBps',
    'reversion30mBps',
    'reversion5mBps',
  ]);
});

test('it waits for the last mark-out', () => {
  expect(run([...log, clock(2430)]).analyses).toEqual([]);
});

test('a bust makes a new record with the next revision, and its repeat none', () => {
  const busted = bust('B30100.12', 5000, { rfqId: undefined, orderId: 'O' });
  const { analyses } = run([...log, clock(4000), busted, busted, clock(6000)]);
  expect(analyses.map((a) => [a.revision, a.filledQuantity])).toEqual([
    [0, 3e6],
    [1, 1e6],
  ]);
  expect(analyses[1]!.figures.opportunityBps).toBeCloseTo(15, 9);
});

test('an order without fills is all opportunity, one that nobody closed is closed after a day', () => {
  const { analyses } = run([
    tick(-1, 100),
    ordered(0, { side: 'sell' }),
    tick(86_399, 99.9),
    clock(88_000),
  ]);
  expect(analyses).toHaveLength(1);
  expect(analyses[0]).toMatchObject({ tsClosed: s(86_400), fills: [] });
  expect(analyses[0]!.figures).toMatchObject({
    delayBps: near(0),
    shortfallBps: near(10),
    impactBps: near(10),
    reversion1mBps: null,
  });
});

test('without a mid at arrival every figure that needs it is null, with its reason', () => {
  const { analyses, nulls, state } = run([
    ordered(0),
    tick(5, 100),
    orderFill('A', 10, 100.01, 1e6),
    orderClosed(20),
    tick(60, 100),
    clock(4500),
  ]);
  const { figures, nulls: reasons } = analyses[0]!;
  expect(figures.shortfallBps).toBeNull();
  expect(reasons).toEqual({
    delayBps: 'stale',
    executionBps: 'stale',
    opportunityBps: 'stale',
    shortfallBps: 'stale',
    impactBps: 'stale',
  });
  expect(nulls('order_delayBps')).toEqual({ stale: 1 });
  expect(state.counters.get('null.priceImprovementBps.stale')).toBe(1);
});

test('impact and reversion are adjusted by the benchmark, which is waited for', () => {
  const instrument = event('instrument', -5, { benchmarkId: 'B', beta: 0.5 });
  const benchmark = (seconds: number, mid: number) => ({
    ...tick(seconds, mid),
    instrumentId: 'B' as never,
  });
  const own = [instrument, ...log.filter((e) => !('rfqId' in e) || e.rfqId === undefined)];
  expect(run([...own, clock(4500)]).held).toBe(true);
  const benchmarkLog = [benchmark(-2, 50), benchmark(39, 50.05), clock(9000)] as never[];
  const { analyses } = run([...own, clock(4500)], { benchmarkLog });
  expect(analyses[0]!.figures.impactBps).toBeCloseTo(20 - 5, 9);
  expect(analyses[0]!.figures.reversion1mBps).toBeCloseTo(20 - 5, 9);
});

test('what we paid is what the mid gave back or moved, plus what was left of it', () => {
  const price = fc.double({ min: 90, max: 110, noNaN: true });
  const side = fc.constantFrom('buy' as const, 'sell' as const);
  fc.assert(
    fc.property(side, price, price, price, (side, paid, midFill, midLater) => {
      const market = (ts: number, mid: number) => ({ ts, mid, tsTick: ts, benchmark: null });
      const after = market(s(60), midLater);
      const filled = {
        event: fill('A', 0, paid, 1e6),
        beta: 0,
        marketBefore: market(s(0), midFill),
        marketsAfter: [after, after, after],
        midSent: midFill,
      };
      const { figures, fills } = analyse({
        ...{ orderId: 'O', instrumentId: 'X', revision: 0, side, quantity: 1e6, beta: 0 },
        ...{ tsClosed: s(60), marketArrived: market(s(0), midFill), marketClosed: after },
        fills: [filled],
      } as unknown as OrderFacts);
      const { effectiveSpreadBps, realizedSpread30mBps } = fills[0]!;
      const sum = figures.reversion30mBps! + realizedSpread30mBps!;
      // Relative to the prices, of which all terms are differences, in bps.
      expect(Math.abs(effectiveSpreadBps! - sum)).toBeLessThanOrEqual(1e-12 * 1e4);
    }),
  );
});
