import { expect, test } from 'vitest';
import {
  aftermath,
  bust,
  clock,
  closed,
  event,
  fill,
  pass,
  quote,
  rfq,
  rfqOfFour,
  run,
  s,
  tick,
} from './test-log.ts';

const near = (value: number) => expect.closeTo(value, 9);

test('golden 5: every rate, share, wait and price of the RFQ of four', () => {
  const { of, nulls, standing } = run([...rfqOfFour, ...aftermath]);
  expect(of('fillRate')).toEqual({ A: 1, B: 1, C: 0, D: 0 });
  expect(of('winWhenQuoted')).toEqual({ A: 0.75, B: 0.25 });
  expect(of('responseSeconds')).toEqual({ A: 5, B: 8, C: 60 });
  expect(of('quoteRate')).toEqual({ A: 1, B: 1, C: 0 });
  expect(of('priceImprovementBps')).toEqual({ A: near(-2), B: near(-2) });
  expect(of('coverBps')).toEqual({ A: 0, B: 0 });
  expect(of('sizeRatio')).toEqual({ A: 1, B: 1 });
  expect(nulls('responseSeconds')).toEqual({ endedEarly: 1 });
  expect(nulls('quoteRate')).toEqual({ endedEarly: 1 });
  expect(standing.every((o) => o.quantity === 1)).toBe(true);
});

test('golden 5: a split fill is one observation', () => {
  const log = rfqOfFour.flatMap((e) =>
    e.kind === 'fill' && e.dealerId === 'A'
      ? [fill('A', 10, 100.02, 2e6), fill('A', 10, 100.05, 1e6)]
      : [e],
  );
  const { standing } = run([...log, ...aftermath]);
  const ofA = standing.filter((o) => o.dealerId === 'A' && o.metric === 'priceImprovementBps');
  expect(ofA.map((o) => o.value)).toEqual([near(-3)]);
});

test('cover and size compare the last firm quotes that are live', () => {
  const { of, nulls } = run([
    tick(-1, 100),
    rfq('ABCDE'),
    quote('A', 5, 100.5),
    quote('A', 6, 100.04, { quantity: 1e6 }),
    quote('B', 7, 100.02, { quantity: undefined }),
    quote('C', 8, 100.01, { tsExpires: s(9) }),
    quote('D', 8, 100.01),
    event('quoteCancel', 10, { quoteId: 'D8', rfqId: 'R', dealerId: 'D' }),
    quote('E', 9, 100.03, { ask: undefined, bid: 99 }),
    closed(10),
    ...aftermath,
  ]);
  expect(of('coverBps')).toEqual({ A: near(2), B: 0 });
  expect(nulls('coverBps')).toEqual({ noSide: 1 });
  expect(of('sizeRatio')).toEqual({ A: 0.25, C: 1, D: 1, E: 1 });
  expect(nulls('sizeRatio')).toEqual({ noSize: 1 });
});

test('a lone quote has no cover, nor do quotes of an all-or-none list', () => {
  const alone = run([tick(-1, 100), rfq('A'), quote('A', 5, 100.5), closed(9), ...aftermath]);
  expect(alone.nulls('coverBps')).toEqual({ lone: 1 });
  const list = run([
    tick(-1, 100),
    rfq('AB', { lines: 4, allOrNone: true }),
    quote('A', 5, 100.5),
    quote('B', 6, 100.4),
    fill('B', 9, 100.4, 4e6),
    closed(9),
    ...aftermath,
  ]);
  expect(list.of('coverBps')).toEqual({});
  expect(list.of('winWhenQuoted')).toEqual({});
  expect(list.nulls('coverBps')).toEqual({});
  expect(list.of('fillRate')).toEqual({ A: 0, B: 1 });
  expect(list.standing.every((o) => o.quantity === 0.25)).toBe(true);
});

test('a quote after the deadline is no answer, and silence to the deadline is 60 seconds', () => {
  const { of, nulls } = run([
    tick(-1, 100),
    rfq('AB'),
    quote('A', 61, 100),
    closed(70),
    clock(4500),
  ]);
  expect(of('quoteRate')).toEqual({ A: 0, B: 0 });
  expect(of('responseSeconds')).toEqual({ A: 60, B: 60 });
  expect(of('sizeRatio')).toEqual({});
  expect(nulls('requestDriftBps')).toEqual({ noNewTick: 2 });
});

test('drift runs from the ask to the first fill, for those asked before it', () => {
  const asks = [
    { dealerId: 'A', tsSent: s(0) },
    { dealerId: 'B', tsSent: s(20) },
    { dealerId: 'C', tsSent: s(40) },
  ];
  const log = [
    tick(-1, 100),
    rfq('', { asks }),
    tick(10, 100.1),
    tick(25, 100.2),
    fill('B', 30, 100.3, 1e6),
    tick(30, 150),
    fill('B', 35, 100.3, 1e6),
    tick(38, 100.4),
    closed(50),
  ];
  expect(run([...log, ...aftermath]).of('requestDriftBps')).toEqual({
    A: near(20),
    B: near((0.1 / 100.1) * 1e4),
  });
  const without = run([...log, bust('B30100.3', 60), bust('B35100.3', 60), ...aftermath]);
  expect(without.of('requestDriftBps').A).toBeCloseTo(40, 9);
  expect(without.nulls('requestDriftBps')).toEqual({ noNewTick: 1 });
});

test('an earlier fill that comes later, and a bust, move the end of the drift', () => {
  const log = [tick(-1, 100), rfq('A'), tick(5, 100.1), tick(8, 100.2), fill('A', 10, 100, 1e6)];
  const early = fill('A', 6, 100, 1e6);
  expect(run([...log, closed(11), ...aftermath]).of('requestDriftBps').A).toBeCloseTo(20, 9);
  const both = [...log, closed(11), clock(650), early];
  expect(run([...log, closed(11), early, ...aftermath]).of('requestDriftBps').A).toBeCloseTo(10, 9);
  const busted = run([...log, early, closed(11), ...aftermath, bust('A6100', 5000)]);
  expect(busted.of('requestDriftBps').A).toBeCloseTo(20, 9);
  expect(run([...both, ...aftermath]).state.counters.get('late')).toBe(1);
});

test('a two-sided RFQ takes the side of its order, else of its first fill, else it has none', () => {
  const quotes = [
    tick(-1, 100),
    rfq('AB', { side: 'two_sided', orderId: 'O' }),
    quote('A', 5, 100.5, { bid: 99.9 }),
    quote('B', 6, 100.4, { bid: 99.8 }),
  ];
  const sold = fill('A', 9, 99.9, 4e6, { side: 'sell' });
  const none = run([...quotes, closed(9), ...aftermath]);
  expect(none.nulls('coverBps')).toEqual({ noSide: 2 });
  expect(none.nulls('requestDriftBps')).toEqual({ noSide: 2 });
  expect(run([...quotes, sold, closed(9), ...aftermath]).of('coverBps')).toEqual({
    A: 0,
    B: near(10),
  });
  const order = event('order', 0, { orderId: 'O', side: 'buy', quantity: 4e6 });
  expect(run([...quotes, sold, closed(9), order, ...aftermath]).of('coverBps')).toEqual({
    A: near(10),
    B: 0,
  });
});

test('fades: the quote that we accepted and the dealer then refused', () => {
  const reference = (dealerId: string, fields: object = {}) => ({
    quoteId: `${dealerId}5`,
    rfqId: 'R',
    dealerId,
    ...fields,
  });
  const own = { rfqId: undefined, quoteId: 'Q' };
  const { of, state } = run([
    tick(-1, 100),
    rfq('AB'),
    event('quoteAcceptReject', 7, reference('A')),
    event('quoteAccept', 6, reference('A')),
    event('quoteAccept', 6, reference('B')),
    event('quoteAccept', 6, reference('C', own)),
    closed(9),
    event('quoteAcceptReject', 8, reference('C', own)),
    event('quoteAccept', 7, reference('C', own)),
    ...aftermath,
  ]);
  expect(of('fadeRate')).toEqual({ A: 1, B: 0, C: 1 });
  expect(state.counters.get('conflict')).toBe(1);
});

test('axes are honoured by size and by price', () => {
  const axe = (dealerId: string, seconds: number, fields: object = {}) =>
    event('axe', seconds, {
      axeId: `axe${dealerId}${seconds}`,
      dealerId,
      dealerSide: 'sell',
      quantity: 2e6,
      tsExpires: s(3600),
      ...fields,
    });
  const { of, nulls, axes } = run([
    tick(-1, 100),
    axe('A', -20, { price: 100.03 }),
    axe('B', -20, { price: 100.01 }),
    axe('C', -20),
    axe('D', -20),
    axe('E', -20, { dealerSide: 'buy' }),
    axe('F', -20, { tsExpires: s(0) }),
    axe('G', -20),
    axe('G', -10, { tsExpires: s(-10) }),
    axe('G', -30),
    axe('H', -20),
    rfq('ABCDEFGH'),
    ...['A', 'B', 'E', 'F', 'G'].map((dealerId) => quote(dealerId, 5, 100.02)),
    quote('C', 5, 100.02, { quantity: 1e6 }),
    quote('H', 5, 100.02, { quantity: undefined }),
    pass('D', 5),
    closed(9),
    ...aftermath,
  ]);
  expect(of('axeHonesty')).toEqual({ A: 1, B: 0, C: 0, D: 0 });
  expect(nulls('axeHonesty')).toEqual({ noSize: 1 });
  expect(axes.filter(({ dealerId }) => dealerId === 'G').map((a) => a.axeId)).toEqual([
    'axeG-20',
    'axeG-10',
  ]);
});

test('split scopes: a segment by side and size', () => {
  const log = [
    event('instrument', -5, { assetClass: 'CORP', issuerId: 'I', sector: 'FIN', rating: 'A' }),
    ...rfqOfFour,
    ...aftermath,
  ];
  const { standing } = run(log, { model: { splitBySide: true, sizeBounds: [1e6, 5e6] } });
  const segment = 'CORP-FIN-A-NA';
  const { scopes } = standing.find((o) => o.metric === 'fillRate')!;
  const split = [`${segment}-BUY-SZ1`, `${segment}-BUY`, segment];
  expect(scopes).toEqual(['instrument:X', 'issuer:I', ...split, 'CORP', 'ALL']);
  expect(new Set(standing.map((o) => o.scopes)).size).toBe(1);
});
