import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Observation } from './observation.ts';
import {
  aftermath,
  bust,
  clock,
  closed,
  DAY_LATER,
  event,
  fill,
  orderClosed,
  ordered,
  orderFill,
  quote,
  rfq,
  rfqOfFour,
  run,
  s,
  streamed,
  tick,
} from './test-log.ts';

const sorted = (all: Observation[]) =>
  all.map((o) => [o.metric, o.dealerId, o.value, o.tsMeasured, o.scopes.join()]).sort();

test('parts in any order, any of them twice, come to the same', () => {
  const parts: FirstcallEvent[] = [
    ...rfqOfFour,
    event('axe', -5, {
      axeId: 'axe',
      dealerId: 'C',
      dealerSide: 'sell',
      quantity: 1e6,
      tsExpires: s(99),
    }),
    event('quoteAccept', 9, { quoteId: 'A5', rfqId: 'R', dealerId: 'A' }),
    event('quoteAcceptReject', 10, { quoteId: 'A5', rfqId: 'R', dealerId: 'A' }),
    fill('A', 12, 100.5, 2e6),
    bust('A12100.5', 14, { rfqId: undefined, orderId: 'O' }),
    ordered(0),
    orderFill('B', 12, 100.01, 1e6),
    orderClosed(15),
    tick(5, 100.01),
  ];
  const expected = sorted(run([...parts, ...aftermath]).standing);
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...parts], { minLength: parts.length }),
      fc.subarray(parts),
      (shuffled, again) => {
        const { standing } = run([...shuffled, ...again, ...aftermath]);
        expect(sorted(standing)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('a late event has no effect whatever its kind, and is counted', () => {
  const late = [...rfqOfFour, bust('A10100.02', 20), ordered(0), streamed('A', 0, 100)];
  const { standing, state } = run([clock(5000), ...late, clock(9000)]);
  expect(standing).toEqual([]);
  expect(state.counters.get('late')).toBe(late.length);
  expect(state.pendingTasks).toBe(0);
});

test('a late instrument record does not bind', () => {
  const record = event('instrument', -5, { assetClass: 'CORP' });
  const { standing } = run([clock(700), record, streamed('A', 700, 100), streamed('B', 701, 101)]);
  expect(standing.map((o) => o.scopes)).toEqual([['instrument:X', 'ALL']]);
});

test('a settled RFQ refuses parts but takes a bust for a day', () => {
  const settled = [...rfqOfFour, ...aftermath];
  const { of, state } = run([...settled, fill('C', 4000, 100, 1e6), rfqOfFour[1]!]);
  expect(of('fillRate').C).toBe(0);
  expect(state.counters.get('settled')).toBe(1);
  const inTime = bust('A10100.02', 86_400, { rfqId: undefined, orderId: 'O' });
  expect(run([...settled, clock(86_999), inTime]).of('fillRate').A).toBe(0);
  const after = run([...settled, clock(87_020), bust('A10100.02', 86_900)]);
  expect(after.of('fillRate').A).toBe(1);
});

test('a close counts while W has not passed the end of the RFQ', () => {
  const open = [tick(-1, 100), rfq('A')];
  const inTime = run([...open, clock(660), closed(100, 'cancelled'), clock(9000)]);
  expect(inTime.of('fillRate')).toEqual({});
  const expired = run([...open, clock(661), closed(100, 'cancelled'), clock(9000)]);
  expect(expired.of('fillRate')).toEqual({ A: 0 });
  const early = run([tick(-1, 100), closed(9, 'cancelled'), clock(300), rfq('A'), clock(9000)]);
  expect(early.of('fillRate')).toEqual({});
});

test('what is the same thing with another content is a conflict', () => {
  const { state, of } = run([
    ...rfqOfFour,
    quote('A', 5, 99),
    closed(11),
    streamed('A', 0, 100),
    streamed('A', 0, 101),
    ordered(0),
    ordered(0, { quantity: 1 }),
    ...aftermath,
  ]);
  expect(state.counters.get('conflict')).toBe(4);
  expect(of('coverBps').B).toBe(0);
});

test('of two ticks at one time the later in the log holds, and a repeat of the first does not', () => {
  const first = tick(-1, 90);
  const log = [first, tick(-1, 100), first, ...rfqOfFour.slice(1), ...aftermath];
  expect(run(log).of('priceImprovementBps').A).toBeCloseTo(-2, 9);
});

test('a bust may come before its fill', () => {
  const { of } = run([bust('A10100.02', 20), ...rfqOfFour, ...aftermath]);
  expect(of('fillRate')).toEqual({ A: 0, B: 1, C: 0, D: 0 });
  expect(of('winWhenQuoted')).toEqual({ A: 0, B: 1 });
});

test('reference data bind at the first rfq event', () => {
  const record = (seconds: number, fields: object) =>
    event('instrument', seconds, { assetClass: 'CORP', ...fields });
  const { standing } = run([
    record(-5, { staleAfterSeconds: 3600 }),
    ...rfqOfFour.slice(0, 2),
    record(1, { assetClass: 'GOV', staleAfterSeconds: 0.5 }),
    ...rfqOfFour.slice(2),
    ...aftermath,
  ]);
  expect(standing.length).toBeGreaterThan(10);
  expect(standing.every((o) => o.scopes.includes('CORP'))).toBe(true);
});

test('a dealer is asked at its first mention, and the first send is the earliest', () => {
  const asks = (ts: number) => [{ dealerId: 'A', tsSent: s(ts) }];
  const { standing, of } = run([
    tick(-1, 100),
    rfq('', { asks: asks(10) }),
    rfq('', { asks: [...asks(0), { dealerId: 'B', tsSent: s(12) }] }),
    quote('A', 15, 100),
    closed(20),
    ...aftermath,
  ]);
  expect(of('responseSeconds')).toEqual({ A: 5 });
  const rates = standing.filter((o) => o.metric === 'fillRate').map((o) => o.tsMeasured);
  expect(rates).toEqual([s(10), s(12)]);
});

test('tca events count as given if the model names them', () => {
  const tca = (name: string, fields: object = {}) =>
    event('tca', 5, { name, dealerId: 'A', value: 3, ...fields });
  const named = tca('slippage', { quantity: 2 });
  const tcaMetrics = [{ name: 'slippage', higherIsBetter: false, prior: 0, priorVariance: 1 }];
  const log = [named, named, tca('other'), clock(9000)];
  const { standing, state } = run(log, { model: { tcaMetrics } });
  expect(standing).toMatchObject([{ metric: 'tca.slippage', value: 3, quantity: 2 }]);
  expect(state.counters.get('unscored')).toBe(1);
});

test('parts whose RFQ or order never comes are orphans, and nothing of them is kept', () => {
  const { state, standing } = run([
    ...rfqOfFour.filter((e) => e.kind !== 'rfq'),
    orderFill('A', 5, 100, 1),
    orderClosed(6),
    bust('nobody', 7),
    event('quoteAcceptReject', 8, { quoteId: 'Q', dealerId: 'A' }),
    clock(DAY_LATER),
    clock(2 * DAY_LATER),
  ]);
  expect(standing).toEqual([]);
  expect(state.counters.get('orphan')).toBe(10);
  expect([state.openRfqs, state.pendingTasks]).toEqual([0, 0]);
});

test('the quote distance is from the median of the others, once a minute', () => {
  const { standing, nulls } = run([
    streamed('A', 0, 100),
    streamed('B', 1, 101),
    streamed('B', 2, 300),
    streamed('C', 3, 100),
    streamed('D', 4, 104),
    streamed('A', 5, 100),
    streamed('E', 6, 9000),
    streamed('E', 7, 100),
    streamed('B', 59.9, 100),
    streamed('B', 60, 100),
  ]);
  const distances = standing.map((o) => [o.dealerId, o.value]);
  const bps = (mid: number, centre: number) =>
    expect.closeTo((Math.abs(mid - centre) / centre) * 1e4, 6);
  expect(distances).toEqual([
    ['B', bps(101, 100)],
    ['C', bps(100, 200)],
    ['D', bps(104, 100)],
    ['A', bps(100, 104)],
    ['B', bps(100, 100)],
  ]);
  expect(nulls('quoteDistanceBps')).toEqual({ lone: 1, absurd: 1 });
});
