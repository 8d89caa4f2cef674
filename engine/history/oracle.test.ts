import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, OracleLog, T0, usOf, type Written, write } from './testing/oracle-log.ts';

// Every number here was computed by hand from docs/scoring.md.

let history: OracleLog;

beforeAll(async () => {
  history = await OracleLog.open();
});

afterAll(async () => {
  await history.close();
});

const M = 1e6;
const { tick, benchmark, clock, instrument, rfq, firm, pass, action, fill, bust, closed, axe } =
  write;

/** Four asked at once: A and B quote the same, C passes, D is silent. */
const GOLDEN_QUOTES: readonly Written[] = [
  tick(0, 100),
  rfq(0, { A: 0, B: 0, C: 0, D: 0 }),
  pass(3, 'C'),
  firm(5, 'A', 100.02),
  firm(8, 'B', 100.02),
];
const GOLDEN: readonly Written[] = [
  ...GOLDEN_QUOTES,
  fill(10, 'A', 100.02, 3 * M),
  fill(10, 'B', 100.02, 1 * M),
  closed(10, 'traded'),
  clock(700),
];

const near = (x: number) => expect.closeTo(x, 9);

test('golden: an RFQ of four dealers', async () => {
  const run = await history.derive(GOLDEN);
  expect(await run.values('fillRate')).toEqual({ A: 1, B: 1, C: 0, D: 0 });
  expect(await run.values('winWhenQuoted')).toEqual({ A: 0.75, B: 0.25 });
  expect(await run.values('responseSeconds')).toEqual({ A: 5, B: 8, C: 60 });
  expect(await run.values('quoteRate')).toEqual({ A: 1, B: 1, C: 0 });
  expect(await run.values('priceImprovementBps')).toEqual({ A: near(-2), B: near(-2) });
  expect(await run.values('coverBps')).toEqual({ A: 0, B: 0 });
  const [a] = await run.observations('fillRate');
  expect(a).toEqual({
    dealer_id: 'A',
    instrument_id: 'BOND',
    x: 1,
    q: 1,
    ts_us: T0,
    scopes: ['instrument:BOND', 'ALL'],
  });
  expect((await run.observations('priceImprovementBps')).map((o) => o.ts_us)).toEqual([
    usOf(10),
    usOf(10),
  ]);
});

test('golden: a split fill makes one observation', async () => {
  const run = await history.derive([
    ...GOLDEN_QUOTES,
    fill(10, 'A', 100.02, 2 * M),
    fill(11, 'A', 100.05, 1 * M),
    closed(12, 'traded'),
    clock(700),
  ]);
  expect(await run.values('priceImprovementBps')).toEqual({ A: near(-3) });
  expect(await run.values('winWhenQuoted')).toEqual({ A: 1, B: 0 });
});

test('golden: the reversion of a sell, less beta times the benchmark', async () => {
  const run = await history.derive([
    instrument(-100, { benchmarkId: 'BENCH', beta: 1.2 }),
    benchmark(-10, 100),
    tick(-10, 100),
    rfq(0, { A: 0 }, { side: 'sell' }),
    fill(10, 'A', 99.9, 4 * M, { side: 'sell' }),
    closed(10, 'traded'),
    benchmark(60, 99.95),
    tick(60, 99.9),
    // What is later changes nothing at one minute.
    tick(71, 50),
    clock(671),
    { ...clock(671), all: true },
  ]);
  expect(await run.values('reversion1mBps')).toEqual({ A: near(4) });
  expect(await run.values('reversion5mBps')).toEqual({});
});

test('golden: forward decay, and the same mean by a function of the database', async () => {
  const tca = (day: number, value: number): Written => ({
    kind: 'tca',
    at: day * 86_400,
    name: 'given',
    dealerId: 'A',
    instrumentId: 'BOND',
    value,
  });
  const run = await history.derive([tca(0, 1), tca(10, 0), tca(20, 1)], { tcaNames: ['given'] });
  const asOfUs = T0 + 30 * DAY;
  const sums = await run.sums('tca.given', asOfUs, [5 * DAY, 10 * DAY, 1e15]);
  expect(sums.map(({ scope, dealer_id }) => [scope, dealer_id])).toEqual([
    ['ALL', '*'],
    ['ALL', 'A'],
    ['instrument:BOND', 'A'],
  ]);
  for (const cell of sums) {
    expect(cell).toMatchObject({ observations: 3, newest_us: T0 + 20 * DAY });
    expect(cell.mean[1]).toBeCloseTo(0.7142857142857143, 14);
    expect(cell.window_mean).toBeCloseTo(0.7142857142857143, 14);
    expect(cell.n_eff[1]).toBeCloseTo(2.3333333333333335, 14);
    expect(cell.mass[1]).toBeCloseTo(0.875, 14);
    const raw = 5 / 7 - (5 / 7) ** 2;
    expect(cell.variance[1]).toBeCloseTo((raw * (7 / 3)) / (4 / 3), 13);
    // Half-lives of 5 days: weights 1, 4, 16.
    expect(cell.mean[0]).toBeCloseTo(17 / 21, 14);
  }
  const [first] = await run.sums('tca.given', T0 + 20 * DAY, [5 * DAY, 10 * DAY, 1e15]);
  expect(first!.mass[1]).toBeCloseTo(1.75, 14);
});

test('quantities weigh, one observation has no variance, and only whole ones have a window mean', async () => {
  const tca = (at: number, value: number, dealerId: string, quantity?: number): Written => ({
    kind: 'tca',
    at,
    name: 'given',
    dealerId,
    instrumentId: 'BOND',
    value,
    ...(quantity === undefined ? {} : { quantity }),
  });
  const events = [tca(0, 1, 'A', 3), tca(0, 5, 'A', 1), tca(0, 7, 'B'), tca(0, 9, 'C', 2)];
  const run = await history.derive([...events, { ...tca(0, 9, 'A'), name: 'other' }], {
    tcaNames: ['given'],
  });
  const sums = await run.sums('tca.given', T0, [DAY, DAY, DAY]);
  const of = (dealer: string) => sums.find((s) => s.dealer_id === dealer && s.scope === 'ALL')!;
  expect(of('A')).toMatchObject({ observations: 2, window_mean: null });
  expect(of('A').mean[1]).toBeCloseTo(2, 14);
  expect(of('A').n_eff[1]).toBeCloseTo(1.6, 14);
  expect(of('B')).toMatchObject({ variance: [null, null, null], window_mean: 7 });
  expect(of('C')).toMatchObject({ mass: [2, 2, 2], n_eff: [1, 1, 1], window_mean: null });
  expect(of('*')).toMatchObject({ observations: 4 });
});

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

test('nobody is judged by the fill rate when we cancelled before any firm quote in time', async () => {
  const events = (quoted: number) => [
    rfq(0, { A: 0, B: 0 }),
    firm(quoted, 'B', 100),
    closed(10, 'cancelled'),
  ];
  const [inTime, tooLate] = await history.deriveEach([events(10), events(10.000001)]);
  expect(await inTime!.values('fillRate')).toEqual({ A: 0, B: 0 });
  expect(await tooLate!.values('fillRate')).toEqual({});
  // Both are silent, and we ended it early.
  expect(await tooLate!.values('quoteRate')).toEqual({});
  expect(await tooLate!.values('responseSeconds')).toEqual({});
});

test('all-or-none: no win and no cover; lines of a list weigh less', async () => {
  const list = { allOrNone: true, lines: 4 };
  const run = await history.derive([
    tick(0, 100),
    rfq(0, { A: 0, B: 0 }, list),
    firm(1, 'A', 100, { quantity: 8 * M }),
    firm(1, 'B', 101, { quantity: 1 * M }),
    fill(2, 'A', 100, 4 * M),
    closed(3, 'traded'),
    clock(700),
  ]);
  expect(await run.values('winWhenQuoted')).toEqual({});
  expect(await run.values('coverBps')).toEqual({});
  expect(await run.values('sizeRatio')).toEqual({ A: 1, B: 0.25 });
  expect((await run.observations('fillRate')).map((o) => o.q)).toEqual([0.25, 0.25]);
  expect((await run.observations('priceImprovementBps')).map((o) => o.q)).toEqual([0.25]);
});

test('cover: last firm quotes that are live at the close, on the side of the client', async () => {
  const run = await history.derive([
    tick(0, 200),
    rfq(0, { A: 0, B: 0, C: 0, D: 0, E: 0 }, { side: 'sell' }),
    firm(1, 'A', 250, { bid: 198 }),
    firm(2, 'A', 250, { bid: 199 }),
    firm(3, 'B', 250, { bid: 199.5, quoteId: 'b' }),
    action('quoteCancel', 9.9, 'B', 'b'),
    firm(3, 'C', 250, { bid: 199.4, tsExpires: usOf(9) }),
    firm(3, 'D', 250),
    firm(3, 'E', undefined, { bid: 198, quoteId: 'e', tsExpires: usOf(10) }),
    action('quoteCancel', 10.1, 'E', 'e'),
    closed(10, 'cancelled'),
    clock(700),
  ]);
  // The best is A's 199: E's 198 is 1 / 200 off. On a sell s is -1.
  expect(await run.values('coverBps')).toEqual({ A: expect.closeTo(0, 12), E: near(50) });
  expect((await run.observations('coverBps')).map((o) => o.ts_us)).toEqual([usOf(2), usOf(3)]);
});

test('one quote has no cover', async () => {
  const run = await history.derive([
    tick(0, 100),
    rfq(0, { A: 0, B: 0 }),
    firm(1, 'A', 100),
    closed(10, 'cancelled'),
    clock(700),
  ]);
  expect(await run.values('coverBps')).toEqual({});
});

test('request drift: to the mid before the first fill, or to the close; not of who was asked later', async () => {
  const asks = { A: 0, B: 5, C: 10 };
  const [filled, unfilled] = await history.deriveEach([
    [
      tick(-1, 100),
      rfq(0, asks),
      tick(4, 101),
      tick(8, 102),
      fill(10, 'A', 102, 1),
      tick(10, 150),
      closed(12, 'traded'),
      clock(700),
    ],
    [
      tick(-1, 100),
      rfq(0, asks, { side: 'sell' }),
      tick(4, 101),
      tick(8, 102),
      closed(12, 'cancelled'),
      clock(700),
    ],
  ]);
  const step = (1 / 101) * 1e4;
  expect(await filled!.values('requestDriftBps')).toEqual({ A: near(200), B: near(step) });
  // Nothing is newer than C's ask.
  expect(await unfilled!.values('requestDriftBps')).toEqual({ A: near(-200), B: near(-step) });
});

test("a two-sided RFQ takes its order's side, else its first fill's, else none", async () => {
  const order = { kind: 'order', at: 0, orderId: 'O', instrumentId: 'BOND', quantity: 1 } as const;
  const events = (...more: Written[]) => [
    tick(0, 100),
    rfq(0, { A: 0, B: 0 }, { side: 'two_sided', orderId: 'O' }),
    firm(1, 'A', 101, { bid: 99 }),
    firm(1, 'B', 102, { bid: 97 }),
    ...more,
    closed(10, 'traded'),
    clock(700),
  ];
  const sell = fill(5, 'A', 99, 1, { side: 'sell' });
  const [ordered, dealt, none] = await history.deriveEach([
    events({ ...order, side: 'buy' }, sell),
    events(sell, fill(6, 'B', 97, 1)),
    events(tick(5, 101)),
  ]);
  expect(await ordered!.values('priceImprovementBps')).toEqual({ A: near(100) });
  expect(await ordered!.values('coverBps')).toEqual({ A: 0, B: near(100) });
  expect(await dealt!.values('priceImprovementBps')).toEqual({ A: near(-100), B: near(-300) });
  expect(await dealt!.values('coverBps')).toEqual({ A: near(0), B: near(200) });
  expect(await none!.values('coverBps')).toEqual({});
  expect(await none!.values('requestDriftBps')).toEqual({});
  expect(await none!.values('fillRate')).toEqual({ A: 0, B: 0 });
});

test('fills of an order without an RFQ: grouped, after its close, against the mid at its arrival', async () => {
  const order: Written = {
    kind: 'order',
    at: 0,
    orderId: 'O',
    instrumentId: 'BOND',
    side: 'sell',
    quantity: 1,
  };
  const own = { rfqId: undefined, orderId: 'O', side: 'sell' };
  const end: Written = { kind: 'orderClosed', at: 20, orderId: 'O', instrumentId: 'BOND' };
  const events = (...more: Written[]) => [
    tick(0, 100),
    order,
    tick(1, 102),
    fill(5, 'A', 101, 1, own),
    fill(6, 'A', 99, 3, own),
    tick(30, 100.98),
    ...more,
  ];
  const [run, open, day] = await history.deriveEach([
    events(end, clock(2500)),
    events(clock(2500)),
    events(clock(87_000.000001)),
  ]);
  // s = -1: (1 x +100 + 3 x -100) / 4; from 102 to 100.98 is -1 %, a good one for a seller.
  expect(await run!.values('priceImprovementBps')).toEqual({ A: near(-50) });
  expect(await run!.values('reversion1mBps')).toEqual({ A: near(100) });
  expect(await run!.values('fillRate')).toEqual({});
  expect(await run!.values('winWhenQuoted')).toEqual({});
  expect(await open!.values('priceImprovementBps')).toEqual({});
  expect(await day!.values('priceImprovementBps')).toEqual({ A: near(-50) });
});

test('fade: the first acceptance of a quote, rejected or not, in an RFQ and without one', async () => {
  const alone = { rfqId: undefined };
  const run = await history.derive([
    rfq(0, { A: 0, B: 0 }, { lines: 2 }),
    firm(1, 'A', 100, { quoteId: 'a' }),
    firm(1, 'B', 100, { quoteId: 'b' }),
    action('quoteAccept', 2, 'A', 'a'),
    action('quoteAccept', 3, 'A', 'a'),
    action('quoteAcceptReject', 4, 'A', 'a'),
    action('quoteAccept', 5, 'B', 'b'),
    action('quoteAcceptReject', 6, 'C', 'c', alone),
    action('quoteAccept', 6, 'C', 'c', alone),
    closed(10, 'cancelled'),
    // Of an RFQ that is not closed.
    action('quoteAccept', 6, 'D', 'd', { rfqId: 'open' }),
  ]);
  expect(await run.values('fadeRate')).toEqual({ A: 1, B: 0, C: 1 });
  const found = await run.observations('fadeRate');
  expect(found.map((o) => [o.dealer_id, o.ts_us, o.q])).toEqual([
    ['A', usOf(2), 0.5],
    ['B', usOf(5), 0.5],
    ['C', usOf(6), 1],
  ]);
});

test('axe honesty: of who was asked while its newest axe on the other side was live', async () => {
  const names = ['GOOD', 'SMALL', 'DEAR', 'SILENT', 'EXPIRED', 'WRONG', 'NOSIZE', 'NEWER', 'FREE'];
  const run = await history.derive([
    ...['GOOD', 'SMALL', 'DEAR', 'SILENT', 'NOSIZE'].map((d) => axe(-10, d, { price: 100 })),
    axe(-10, 'EXPIRED', { tsExpires: usOf(0) }),
    axe(-10, 'WRONG', { dealerSide: 'buy' }),
    axe(-20, 'NEWER', { price: 100 }),
    axe(-10, 'NEWER', { price: 99 }),
    axe(5, 'NEWER', { price: 200 }),
    axe(0, 'FREE', { quantity: 9 * M }),
    rfq(0, Object.fromEntries(names.map((d) => [d, 0]))),
    firm(1, 'GOOD', 100, { quantity: 2 * M }),
    firm(1, 'SMALL', 100, { quantity: 2 * M - 1 }),
    firm(1, 'DEAR', 100.01, { quantity: 2 * M }),
    firm(1, 'EXPIRED', 100, { quantity: 2 * M }),
    firm(1, 'WRONG', 100, { quantity: 2 * M }),
    firm(1, 'NOSIZE', 100),
    firm(1, 'NEWER', 99.5, { quantity: 2 * M }),
    firm(1, 'FREE', 1000, { quantity: 4 * M }),
    closed(10, 'cancelled'),
    clock(700),
  ]);
  expect(await run.values('axeHonesty')).toEqual({
    GOOD: 1,
    SMALL: 0,
    DEAR: 0,
    SILENT: 0,
    NEWER: 0,
    FREE: 1,
  });
});

test('streamed quotes: the distance from the median of the others', async () => {
  const stream = (at: number, dealerId: string, mid: number, extra: object = {}): Written =>
    firm(at, dealerId, mid + 0.5, {
      bid: mid - 0.5,
      rfqId: undefined,
      quoteKind: 'indicative',
      ...extra,
    });
  const run = await history.derive([
    stream(0, 'A', 100),
    stream(1, 'B', 101),
    stream(2, 'C', 104, { quoteKind: 'firm' }),
    stream(3, 'D', 102, { quoteKind: 'firm', rfqId: 'R' }),
    stream(4, 'E', 103, { rfqId: 'R' }),
    stream(30, 'B', 300),
    // The second of B's second minute is not the first.
    stream(60, 'B', 1000),
    stream(61, 'B', 105),
  ]);
  expect(await run.values('quoteDistanceBps')).toEqual({
    B: near(100),
    C: near((3.5 / 100.5) * 1e4),
    E: near((2 / 101) * 1e4),
  });
});

test('scopes: issuer, segment by what was known when the RFQ came and by the day, asset class', async () => {
  const data = { issuerId: 'ACME', assetClass: 'CORP', sector: 'TECH', maturityDate: '2024-01-08' };
  const run = await history.derive([
    instrument(-10, { ...data, rating: 'BBB+' }),
    // Late: the newest event is almost two hours newer.
    instrument(-7200, { ...data, rating: 'B' }),
    rfq(0, { A: 0, B: 86_400 }, { tsDeadline: T0 + 2 * DAY }),
    instrument(20, { ...data, rating: 'AAA' }),
    closed(86_401, 'expired'),
  ]);
  // The bond has two years on the day of A's ask, and a day less on that of B's.
  expect(new Date(T0 / 1000).toISOString().slice(0, 10)).toBe('2022-01-08');
  const scopes = (await run.observations('fillRate')).map((o) => o.scopes);
  const of = (segment: string) => ['instrument:BOND', 'issuer:ACME', segment, 'CORP', 'ALL'];
  expect(scopes).toEqual([of('CORP-TECH-BBB-2_5'), of('CORP-TECH-BBB-0_2')]);
});

test('scopes: the lower bound of years is included, and unknown parts are UNK', async () => {
  const run = await history.derive([
    instrument(-10, { maturityDate: '2027-01-08', rating: 'NR' }),
    ...GOLDEN,
  ]);
  const [a] = await run.observations('fillRate');
  expect(a!.scopes).toEqual(['instrument:BOND', 'UNK-UNK-NR-5_10', 'UNK', 'ALL']);
});

test('scopes: split by side and by size, or by size alone', async () => {
  const events = [instrument(-10, { assetClass: 'CORP', sector: 'TECH' }), ...GOLDEN];
  const both = await history.derive(events, {
    splitBySide: true,
    sizeBounds: [1 * M, 4 * M, 9 * M],
  });
  const segment = 'CORP-TECH-UNK-NA';
  expect((await both.observations('fillRate'))[0]!.scopes).toEqual([
    'instrument:BOND',
    `${segment}-BUY-SZ2`,
    `${segment}-BUY`,
    segment,
    'CORP',
    'ALL',
  ]);
  const sizes = await history.derive(events, { sizeBounds: [5 * M] });
  expect((await sizes.observations('coverBps'))[0]!.scopes).toEqual([
    'instrument:BOND',
    `${segment}-SZ0`,
    segment,
    'CORP',
    'ALL',
  ]);
});

test('a position in the middle of the log sees what came up to it', async () => {
  const position = { partitions: [GOLDEN.length - 2], all: 0 };
  const run = await history.derive(GOLDEN, { position });
  expect(await run.ask('oracleMetrics', {})).toEqual([]);
});

const NO_MODEL = {
  position: { partitions: [], all: 0 },
  latenessUs: 1,
  staleUs: 1,
  orderTimeoutUs: 1,
  tcaNames: [],
  splitBySide: false,
  sizeBounds: [],
};

test('a run is derived step by step, once, and goes without a trace when it is dropped', async () => {
  const run = await history.derive(GOLDEN);
  const repeat = run.ask('oracleDerive', { step: 2, ...NO_MODEL });
  await expect(repeat).rejects.toMatchObject({ code: 'oracleOrder' });
  const sql = run.ask('oracleSums', { metric: 'fillRate; DROP' });
  await expect(sql).rejects.toMatchObject({ code: 'badParameters' });
  const other = run.ask('oracleMetrics', { run: 'other' });
  await expect(other).rejects.toMatchObject({ code: 'oracleOrder' });
  expect(await run.ask('oracleMetrics', {})).not.toEqual([]);
  await run.sums('fillRate', T0, [DAY, DAY, DAY]);
  await run.ask('oracleDrop', {});
  await expect(run.ask('oracleMetrics', {})).rejects.toMatchObject({ code: 'oracleOrder' });
  expect(await partsOf(`${run.log}/`)).toEqual([]);
});

test('runs are bounded; one that was left behind for an hour makes room', async () => {
  const run = await history.derive([]);
  const begin = (name: string) => run.ask('oracleDerive', { run: name, step: 1, ...NO_MODEL });
  const begun: string[] = [];
  const beginAll = async () => {
    for (let i = 0; i < 9; i++) {
      await begin(`r${i}`);
      begun.push(`r${i}`);
    }
  };
  await expect(beginAll()).rejects.toMatchObject({ code: 'busy' });
  expect(begun.length).toBeLessThan(4);
  for (const name of begun) await run.ask('oracleDrop', { run: name });
  await history.connection.writer.run(
    `INSERT INTO oracle_steps (run, step, finished, at)
    SELECT concat('left/', toString(number)), 3, true, now64(3) - 3700 FROM numbers(9)`,
  );
  await begin('next');
  expect(await partsOf('left/')).toEqual([]);
});

async function partsOf(runs: string): Promise<unknown[]> {
  return await history.connection.reader.rows(
    `SELECT table, partition FROM system.parts WHERE active AND database = currentDatabase()
    AND startsWith(table, 'oracle_') AND position(partition, {runs:String}) > 0`,
    { runs },
  );
}
