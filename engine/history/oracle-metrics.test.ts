import { afterAll, beforeAll, expect, test } from 'vitest';
import { M, usOf, type Written, write } from './testing/oracle-events.ts';
import { OracleLog } from './testing/oracle-log.ts';

// Every number here was computed by hand from docs/scoring.md.

let history: OracleLog;

beforeAll(async () => {
  history = await OracleLog.open();
});

afterAll(async () => {
  await history.close();
});

const { tick, clock, rfq, firm, action, fill, closed, axe } = write;
const near = (x: number) => expect.closeTo(x, 9);

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
