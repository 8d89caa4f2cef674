import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, GOLDEN, M, T0, usOf, write } from './testing/oracle-events.ts';
import { OracleLog } from './testing/oracle-log.ts';

// Every number here was computed by hand from docs/scoring.md.

let history: OracleLog;

beforeAll(async () => {
  history = await OracleLog.open();
});

afterAll(async () => {
  await history.close();
});

const { tick, benchmark, clock, instrument, rfq, firm, fill, bust, closed } = write;
const near = (x: number) => expect.closeTo(x, 9);

test('reversion: not yet while a fill of the dealer is not due, nor before the shared log has passed it', async () => {
  const events = (through: number, shared: number) => [
    instrument(-100, { benchmarkId: 'BENCH', beta: 1 }),
    benchmark(-10, 100),
    tick(-10, 100),
    rfq(0, { A: 0, B: 0 }),
    fill(10, 'A', 100, 1 * M),
    fill(30, 'A', 100, 3 * M),
    fill(10, 'B', 100, 1 * M),
    closed(30, 'traded'),
    benchmark(50, 101),
    tick(65, 102),
    tick(85, 104),
    clock(through + 600),
    { ...clock(shared + 600), all: true },
  ];
  const due = await history.derive(events(90.000001, 90.000001));
  // s = 1: B (102 - 100) / 100 - 1 % = 1 %; A 1 % for 1M and 3 % for 3M.
  expect(await due.values('reversion1mBps')).toEqual({ A: near(250), B: near(100) });
  const early = await history.derive(events(90, 100));
  expect(await early.values('reversion1mBps')).toEqual({ B: near(100) });
  const shared = await history.derive(events(100, 70));
  expect(await shared.values('reversion1mBps')).toEqual({});
});

test('reversion: fills without a value are left out; a mid no newer than the fill is none', async () => {
  const run = await history.derive([
    tick(0, 100),
    rfq(1, { A: 1 }),
    // Its later mid is that of second 10, the fill's own time: not newer.
    fill(10, 'A', 100, 1 * M),
    tick(10, 100),
    fill(40, 'A', 100, 1 * M, { fillId: 'second' }),
    closed(40, 'traded'),
    tick(71, 101),
    clock(5000),
  ]);
  expect(await run.values('reversion1mBps')).toEqual({ A: near(100) });
  expect((await run.observations('reversion1mBps')).map((o) => o.ts_us)).toEqual([usOf(10)]);
});

test('the mid at a fill is the one before it, at an ask the one at it; of one time the later holds', async () => {
  const run = await history.derive([
    tick(-5, 90),
    tick(0, 100),
    tick(0, 102),
    rfq(0, { A: 0 }),
    tick(10, 110),
    fill(10, 'A', 102, 4 * M),
    closed(10, 'traded'),
    tick(20, 51),
    clock(700),
  ]);
  expect(await run.values('priceImprovementBps')).toEqual({ A: 0 });
  // From 102 before the fill to 51.
  expect(await run.values('reversion1mBps')).toEqual({ A: near(-5000) });
});

test('a tick that is late is no mid, and one of just W is', async () => {
  const run = await history.derive([
    tick(0, 100),
    rfq(600, { A: 600 }, { quantity: 1 }),
    clock(1200),
    tick(600 - 0.000001, 50),
    tick(600, 80),
    fill(610, 'A', 80, 1),
    closed(610, 'traded'),
    clock(2000),
  ]);
  expect(await run.values('priceImprovementBps')).toEqual({ A: 0 });
});

test('a stale mid is none, an absurd value too', async () => {
  const limit = instrument(-5000, { staleAfterSeconds: 10 });
  const [stale, fresh, absurd] = await history.deriveEach([
    [limit, tick(-10.000001, 100), ...GOLDEN.slice(1)],
    [limit, tick(-10, 100), ...GOLDEN.slice(1)],
    [
      tick(0, 100),
      rfq(0, { A: 0, B: 0 }),
      fill(10, 'A', 200.1, 1),
      fill(10, 'B', 200, 1),
      closed(10, 'traded'),
      clock(700),
    ],
  ]);
  expect(await stale!.values('priceImprovementBps')).toEqual({});
  expect(await stale!.values('coverBps')).toEqual({});
  expect(await stale!.values('fillRate')).toMatchObject({ A: 1 });
  expect(await fresh!.values('priceImprovementBps')).toMatchObject({ A: near(-2) });
  expect(await absurd!.values('priceImprovementBps')).toEqual({ B: near(-10_000) });
});

test('an RFQ nobody closed is over when W has passed its end, which the deadline or a day gives', async () => {
  const long = { tsDeadline: T0 + 2 * DAY };
  const [open, over, openDay, overDay] = await history.deriveEach([
    [rfq(0, { A: 0 }), clock(660)],
    [rfq(0, { A: 0 }), clock(660.000001)],
    [rfq(0, { A: 0 }, long), clock(87_000)],
    [rfq(0, { A: 0 }, long), clock(87_000.000001)],
  ]);
  expect(await open!.values('fillRate')).toEqual({});
  expect(await over!.values('fillRate')).toEqual({ A: 0 });
  expect(await over!.values('responseSeconds')).toEqual({ A: 60 });
  expect(await over!.values('quoteRate')).toEqual({ A: 0 });
  expect(await openDay!.values('fillRate')).toEqual({});
  expect(await overDay!.values('fillRate')).toEqual({ A: 0 });
});

test('a close counts until W has passed the end', async () => {
  const events = (before: number) => [
    rfq(0, { A: 0 }),
    clock(before),
    closed(before - 600, 'cancelled'),
    clock(5000),
  ];
  const [inTime, tooLate] = await history.deriveEach([events(660), events(660.000001)]);
  expect(await inTime!.values('fillRate')).toEqual({});
  expect(await tooLate!.values('fillRate')).toEqual({ A: 0 });
});

test('parts count until W has passed the close by half an hour, busts by a day', async () => {
  const close = [tick(0, 100), rfq(0, { A: 0 }), firm(1, 'A', 100), closed(10, 'traded')];
  const filled = (w: number) => [...close, clock(w + 600), fill(w, 'A', 100, 1)];
  const busted = (w: number) => [
    ...close,
    fill(9, 'A', 100, 1, { fillId: 'f' }),
    clock(w + 600),
    bust(w, 'A', 'f'),
  ];
  const runs = await history.deriveEach([
    filled(1810),
    filled(1810.000001),
    busted(86_410),
    busted(86_410.000001),
  ]);
  const rates = await Promise.all(runs.map((run) => run.values('fillRate')));
  expect(rates).toEqual([{ A: 1 }, { A: 0 }, { A: 0 }, { A: 1 }]);
});

test('a bust takes its fill out of every result, also when it comes first; the first fill is of the rest', async () => {
  const run = await history.derive([
    tick(0, 100),
    bust(20, 'A', 'f1'),
    rfq(0, { A: 0, B: 0 }),
    firm(5, 'A', 100),
    firm(5, 'B', 100),
    fill(10, 'A', 90, 1, { fillId: 'f1' }),
    fill(12, 'A', 100, 1, { fillId: 'f2' }),
    fill(14, 'B', 100, 3, { fillId: 'f3' }),
    closed(15, 'traded'),
    clock(700),
  ]);
  expect(await run.values('winWhenQuoted')).toEqual({ A: 0.25, B: 0.75 });
  expect(await run.values('priceImprovementBps')).toEqual({ A: 0, B: 0 });
  expect((await run.observations('priceImprovementBps')).map((o) => o.ts_us)).toEqual([
    usOf(12),
    usOf(14),
  ]);
});

test('of two that are one thing the first holds, and repeats are harmless', async () => {
  const repeat = fill(10, 'A', 100, 1, { fillId: 'f', id: 'f' });
  const run = await history.derive([
    tick(0, 100),
    rfq(0, { A: 0 }),
    firm(5, 'A', 100, { quoteId: 'q' }),
    firm(6, 'A', 150, { quoteId: 'q', quantity: 1 }),
    repeat,
    repeat,
    fill(9, 'A', 200, 5, { fillId: 'f' }),
    closed(15, 'traded'),
    closed(1, 'cancelled'),
    clock(700),
  ]);
  expect(await run.values('responseSeconds')).toEqual({ A: 5 });
  expect(await run.values('priceImprovementBps')).toEqual({ A: 0 });
  expect(await run.values('sizeRatio')).toEqual({});
});

test('further rfq events add dealers; the first mention gives the time, one after the close was not asked', async () => {
  const run = await history.derive([
    rfq(0, { A: 0, C: 30 }),
    rfq(1, { A: 9, B: 10 }, { side: 'sell', quantity: 1, tsDeadline: T0 }),
    firm(12, 'B', 100, { quantity: 1 * M }),
    closed(20, 'traded'),
  ]);
  expect((await run.observations('fillRate')).map((o) => [o.dealer_id, o.ts_us])).toEqual([
    ['A', usOf(0)],
    ['B', usOf(10)],
  ]);
  expect(await run.values('responseSeconds')).toEqual({ B: 2 });
  expect(await run.values('sizeRatio')).toEqual({ B: 0.25 });
});
