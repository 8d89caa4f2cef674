import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL } from '../engine/scoring/model.ts';
import type { EventKind, EventOf, FirstcallEvent } from '../schemas/events.ts';
import type { DealerId } from '../schemas/ids.ts';
import { naiveAnalyses } from './support/naive-oracle/analyses.ts';
import { naiveObservations } from './support/naive-oracle/observations.ts';
import type { NaiveObservation } from './support/naive-oracle/results.ts';
import { naiveEstimate, naiveSums } from './support/naive-oracle/sums.ts';

const SECOND = 1_000_000;
const T0 = 1_768_000_000 * SECOND;
const at = (seconds: number): number => T0 + seconds * SECOND;

let lastId = 0;
/** An event at some seconds; the rest as a test gives it, ids unchecked. */
function event(kind: EventKind, seconds: number, rest: object = {}): FirstcallEvent {
  lastId++;
  return { kind, id: `e${lastId}`, tsEvent: at(seconds), ...rest } as EventOf<EventKind>;
}

const mid = (seconds: number, value: number, instrumentId = 'X') =>
  event('tick', seconds, { instrumentId, mid: value });
const rfq = (rest: object = {}) =>
  event('rfq', 0, {
    rfqId: 'R',
    instrumentId: 'X',
    side: 'buy',
    quantity: 4e6,
    tsDeadline: at(60),
    asks: ['A', 'B', 'C', 'D'].map((dealerId) => ({ dealerId, tsSent: at(0) })),
    ...rest,
  });
const quote = (dealerId: string, seconds: number, rest: object) =>
  event('quote', seconds, {
    quoteId: `q${dealerId}`,
    rfqId: 'R',
    dealerId,
    instrumentId: 'X',
    quoteKind: 'firm',
    ...rest,
  });
const fill = (dealerId: string, seconds: number, price: number, quantity: number, rest = {}) =>
  event('fill', seconds, {
    fillId: `f${dealerId}${price}`,
    rfqId: 'R',
    dealerId,
    instrumentId: 'X',
    side: 'buy',
    price,
    quantity,
    ...rest,
  });
const closed = (seconds: number) =>
  event('rfqClosed', seconds, { rfqId: 'R', instrumentId: 'X', reason: 'traded' });

function valuesOf(log: readonly FirstcallEvent[], metric: string, shared: FirstcallEvent[] = []) {
  const observations = naiveObservations(log, shared, DEFAULT_MODEL);
  const found = observations.filter((o) => o.metric === metric);
  return Object.fromEntries(found.map((o) => [o.dealerId as string, o.value]));
}

const request = [
  mid(-10, 100),
  rfq(),
  quote('C', 3, { quoteKind: 'pass' }),
  quote('A', 5, { ask: 100.02, quantity: 4e6 }),
  quote('B', 8, { ask: 100.02, quantity: 2e6 }),
];

describe('an RFQ to buy 4M from four dealers', () => {
  const log = [
    ...request,
    fill('A', 10, 100.02, 3e6),
    fill('B', 10, 100.02, 1e6),
    closed(10),
    event('clock', 3600),
  ];

  it.each([
    ['fillRate', { A: 1, B: 1, C: 0, D: 0 }],
    ['winWhenQuoted', { A: 0.75, B: 0.25 }],
    ['responseSeconds', { A: 5, B: 8, C: 60 }],
    ['quoteRate', { A: 1, B: 1, C: 0 }],
    ['coverBps', { A: 0, B: 0 }],
    ['sizeRatio', { A: 1, B: 0.5 }],
  ])('%s', (metric, expected) => {
    expect(valuesOf(log, metric)).toEqual(expected);
  });

  it('priceImprovementBps', () => {
    const values = valuesOf(log, 'priceImprovementBps');
    expect(values.A).toBeCloseTo(-2, 9);
    expect(values.B).toBeCloseTo(-2, 9);
  });

  it('makes one observation of the fills of one dealer', () => {
    const split = [
      ...request,
      fill('A', 10, 100.02, 2e6),
      fill('A', 10, 100.05, 1e6),
      fill('B', 10, 100.02, 1e6),
      closed(10),
      event('clock', 3600),
    ];
    const observations = naiveObservations(split, [], DEFAULT_MODEL).filter(
      (o) => o.metric === 'priceImprovementBps' && o.dealerId === 'A',
    );
    expect(observations).toHaveLength(1);
    expect(observations[0]!.value).toBeCloseTo(-3, 9);
  });

  it('takes the fill of a busted execution back', () => {
    const bust = event('fillBust', 50, {
      fillId: 'fB100.02',
      orderId: 'O',
      dealerId: 'B',
      instrumentId: 'X',
    });
    expect(valuesOf([bust, ...log], 'fillRate')).toEqual({ A: 1, B: 0, C: 0, D: 0 });
    expect(valuesOf([...log, bust], 'fillRate')).toEqual({ A: 1, B: 1, C: 0, D: 0 });
  });
});

describe('a sale that the market follows less than its benchmark', () => {
  const instrument = event('instrument', -20, {
    instrumentId: 'X',
    benchmarkId: 'B',
    beta: 1.2,
  });
  const log = [
    instrument,
    mid(-10, 100),
    rfq({ side: 'sell' }),
    fill('A', 10, 99.98, 4e6, { side: 'sell' }),
    closed(10),
    mid(20, 99.9),
    event('clock', 3600),
  ];
  const benchmark = [mid(-10, 100, 'B'), mid(20, 99.95, 'B')];

  it('has a positive reversion', () => {
    const shared = [...benchmark, event('clock', 3600)];
    expect(valuesOf(log, 'reversion1mBps', shared).A).toBeCloseTo(4, 9);
  });

  it('has none before the benchmark is final', () => {
    expect(valuesOf(log, 'reversion1mBps', benchmark)).toEqual({});
  });
});

describe('the analysis of an order', () => {
  it('adds up to the shortfall', () => {
    const log = [
      mid(-100, 100),
      event('order', -90, { orderId: 'O', instrumentId: 'X', side: 'buy', quantity: 8e6 }),
      mid(-10, 100.1),
      rfq({ orderId: 'O' }),
      fill('A', 10, 100.2, 4e6),
      closed(10),
      mid(20, 100.3),
      event('orderClosed', 30, { orderId: 'O', instrumentId: 'X' }),
      event('clock', 3600),
    ];
    const [analysis] = naiveAnalyses(log, [], DEFAULT_MODEL);
    const { figures } = analysis!;
    expect(figures.delayBps).toBeCloseTo(5, 9);
    expect(figures.executionBps).toBeCloseTo(5, 9);
    expect(figures.opportunityBps).toBeCloseTo(15, 9);
    expect(figures.shortfallBps).toBeCloseTo(25, 9);
    expect(figures.impactBps).toBeCloseTo(30, 9);
    expect(figures.reversion1mBps).toBeCloseTo(((100.3 - 100.1) / 100.1) * 1e4, 9);
    expect(analysis!.fills[0]!.effectiveSpreadBps).toBeCloseTo((0.1 / 100.1) * 1e4, 9);
    expect(naiveAnalyses(log.slice(0, -1), [], DEFAULT_MODEL)).toEqual([]);
  });
});

describe('decay and shrinkage', () => {
  const DAY = 86_400 * SECOND;
  const metric = 'fillRate';
  const observed = (value: number, day: number, scopes: string[]): NaiveObservation => ({
    dealerId: 'A' as DealerId,
    metric,
    value,
    quantity: 1,
    tsMeasured: T0 + day * DAY,
    scopes,
  });
  const observations = [
    observed(1, 0, ['instrument:X', 'ALL']),
    observed(0, 10, ['instrument:X', 'ALL']),
    observed(1, 20, ['instrument:X', 'ALL']),
    observed(0, 20, ['instrument:Y', 'ALL']),
  ];
  const sumsOn = (day: number) =>
    naiveSums(observations, T0 + day * DAY, 10 * DAY, 'instrument:X', 'A', metric);
  const estimateOn = (day: number, chain: string[]) =>
    naiveEstimate(observations, {
      asOf: T0 + day * DAY,
      halfLife: 10 * DAY,
      chain,
      dealer: 'A',
      metric,
      priorStrength: 5,
      prior: 0.25,
      priorVariance: 0.1875,
      pool: 0.4,
    }).value;

  it('weighs the newer more', () => {
    expect(sumsOn(20)).toMatchObject({ mass: 1.75, mean: 0.7142857142857143 });
    expect(sumsOn(20).effectiveSample).toBeCloseTo(2.3333333333333335, 12);
    expect(sumsOn(30)).toMatchObject({ mass: 0.875, mean: 0.7142857142857143 });
  });

  it('shrinks the instrument to `ALL` and that to the pool', () => {
    expect(estimateOn(20, ['ALL'])).toBeCloseTo(0.41935483870967744, 14);
    expect(estimateOn(20, ['instrument:X', 'ALL'])).toBeCloseTo(0.4958183990442055, 14);
    expect(estimateOn(30, ['instrument:X', 'ALL'])).toBeCloseTo(0.45682, 4);
  });
});
