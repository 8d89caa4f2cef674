import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_ARBITRARIES } from './event-arbitraries.ts';
import { EVENT_KINDS, type EventKind } from './events.ts';
import { isEventKind, refuseEvent } from './validate.ts';

const head = { id: 'e1', tsEvent: 1_700_000_000_000_000 };
const quote = { quoteId: 'Q1', rfqId: 'R1', dealerId: 'D1', instrumentId: 'I1' };

/** One valid event of each kind, small enough to read. */
const VALID: { readonly [K in EventKind]: Readonly<Record<string, unknown>> } = {
  order: { orderId: 'O1', instrumentId: 'I1', side: 'buy', quantity: 1e6 },
  orderClosed: { orderId: 'O1', instrumentId: 'I1' },
  rfq: {
    rfqId: 'R1',
    instrumentId: 'I1',
    side: 'two_sided',
    quantity: 1e6,
    asks: [{ dealerId: 'D1', tsSent: 1_700_000_000_000_000 }],
    tsDeadline: 1_700_000_060_000_000,
  },
  quote: { ...quote, quoteKind: 'firm', bid: 99, ask: 100 },
  quoteCancel: quote,
  quoteAccept: quote,
  quoteAcceptReject: quote,
  fill: {
    fillId: 'F1',
    rfqId: 'R1',
    dealerId: 'D1',
    instrumentId: 'I1',
    side: 'sell',
    price: 99.5,
    quantity: 1e6,
  },
  fillBust: { fillId: 'F1', orderId: 'O1', dealerId: 'D1', instrumentId: 'I1' },
  rfqClosed: { rfqId: 'R1', instrumentId: 'I1', reason: 'traded' },
  tick: { instrumentId: 'I1', mid: 99.5 },
  axe: {
    axeId: 'A1',
    dealerId: 'D1',
    instrumentId: 'I1',
    dealerSide: 'buy',
    quantity: 1e6,
    tsExpires: 1_700_000_060_000_000,
  },
  tca: { name: 'spread_bps', dealerId: 'D1', instrumentId: 'I1', value: -1.5 },
  clock: {},
  dealer: { dealerId: 'D1', enabled: true },
  instrument: { instrumentId: 'I1', rating: 'BBB-', maturityDate: '2031-06-15' },
};

function eventOf(kind: EventKind, changes: object = {}): Record<string, unknown> {
  return { kind, ...head, ...VALID[kind], ...changes };
}

describe('every kind', () => {
  test.each(EVENT_KINDS)('%s: the valid one passes, and so does every arbitrary one', (kind) => {
    expect(refuseEvent(eventOf(kind))).toBeNull();
    fc.assert(
      fc.property(EVENT_ARBITRARIES[kind] as fc.Arbitrary<unknown>, (event) => {
        expect(refuseEvent(event)).toBeNull();
      }),
    );
  });

  test.each(EVENT_KINDS)('%s: each field that is left out is named', (kind) => {
    const optional = new Set(['rfqId', 'orderId', 'bid', 'ask', 'mid', 'rating', 'maturityDate']);
    const always = new Set(kind === 'order' || kind === 'orderClosed' ? ['orderId'] : []);
    if (kind === 'rfq' || kind === 'rfqClosed') always.add('rfqId');
    for (const field of Object.keys(eventOf(kind))) {
      if (field === 'kind' || (optional.has(field) && !always.has(field))) continue;
      const { [field]: _, ...rest } = eventOf(kind);
      expect(refuseEvent(rest)).toEqual({ reason: 'invalid', detail: `${kind}: needs ${field}` });
    }
  });

  test.each(EVENT_KINDS)('%s: common fields are checked', (kind) => {
    const details = (changes: object) => refuseEvent(eventOf(kind, changes))?.detail;
    expect(details({ id: '' })).toBe('id: must match pattern "^[!-~]{1,64}$", got ""');
    expect(details({ id: 'a b' })).toBe('id: must match pattern "^[!-~]{1,64}$", got "a b"');
    expect(details({ tsEvent: 1.5 })).toBe('tsEvent: must be integer, got 1.5');
    expect(details({ tsEvent: -1 })).toBe('tsEvent: must be >= 0, got -1');
    expect(details({ tsEvent: '5' })).toContain('tsEvent: must be integer');
    expect(details({ surprise: 1 })).toBe('surprise: is not a field that the schema knows');
  });
});

test.each([
  [1_700_000_000, 'in 1970'],
  [1_700_000_000_000, 'in 1970'],
  [946_684_799_999_999, 'in 1999'],
  [4_102_444_800_000_001, 'in 2100'],
  [2 ** 53, 'in 2255'],
  [1_700_000_000_000_000_000, 'in 55840'],
  [1e300, 'in no year'],
])('a time of another unit is refused as one: %d', (tsEvent, when) => {
  const detail = `tsEvent: ${tsEvent} is ${when}; times are microseconds since the epoch`;
  for (const kind of EVENT_KINDS) {
    expect(refuseEvent(eventOf(kind, { tsEvent }))).toEqual({ reason: 'invalid', detail });
  }
});

test('a record may hold from the beginning; nothing else is of 0', () => {
  const passing = EVENT_KINDS.filter((kind) => refuseEvent(eventOf(kind, { tsEvent: 0 })) === null);
  expect(passing).toEqual(['dealer', 'instrument']);
});

test.each<[EventKind, object, string]>([
  ['order', { side: 'two_sided' }, 'side: must be one of buy, sell, got "two_sided"'],
  ['order', { quantity: 0 }, 'quantity: must be > 0, got 0'],
  ['order', { quantity: Number.NaN }, 'quantity: must be number, got NaN'],
  ['order', { quantity: Infinity }, 'quantity: must be number, got Infinity'],
  ['order', { quantity: 1e16 }, 'quantity: must be <= 1000000000000000, got 10000000000000000'],
  ['order', { orderId: 7 }, 'orderId: must be string, got 7'],
  ['orderClosed', { instrumentId: null }, 'instrumentId: must be string, got null'],
  ['rfq', { asks: [] }, 'asks: must not have fewer than 1 items'],
  ['rfq', { asks: [{ dealerId: 'D1' }] }, 'asks.0: needs tsSent'],
  ['rfq', { asks: [{ dealerId: 'D1', tsSent: -1 }] }, 'asks.0.tsSent: must be >= 0, got -1'],
  ['rfq', { lines: 0 }, 'lines: must be >= 1, got 0'],
  ['rfq', { allOrNone: 'yes' }, 'allOrNone: must be boolean, got "yes"'],
  ['rfq', { tsDeadline: head.tsEvent }, 'rfq: an ask is sent at or after tsDeadline'],
  [
    'quote',
    { quoteKind: 'maybe' },
    'quoteKind: must be one of firm, indicative, pass, reject, got "maybe"',
  ],
  ['quote', { bid: undefined, ask: undefined }, 'quote: firm needs a bid or an ask'],
  ['quote', { quoteKind: 'pass' }, 'quote: pass carries no price'],
  ['quote', { quoteKind: 'reject' }, 'quote: reject carries no price'],
  ['quote', { bid: 0 }, 'bid: must be > 0, got 0'],
  ['quoteCancel', { quoteId: 'Q\n' }, 'quoteId: must match pattern "^[!-~]{1,64}$", got "Q\\n"'],
  ['quoteAccept', { dealerId: {} }, 'dealerId: must be string'],
  ['quoteAcceptReject', { price: 1 }, 'price: is not a field that the schema knows'],
  ['fill', { rfqId: undefined }, 'fill: needs an rfqId or an orderId'],
  ['fill', { price: -1 }, 'price: must be > 0, got -1'],
  ['fillBust', { orderId: undefined }, 'fillBust: needs an rfqId or an orderId'],
  [
    'rfqClosed',
    { reason: 'done' },
    'reason: must be one of traded, cancelled, expired, got "done"',
  ],
  ['tick', { mid: undefined, bid: 99 }, 'tick: needs a mid, or a bid and an ask'],
  ['tick', { volume: -1 }, 'volume: must be >= 0, got -1'],
  ['axe', { dealerSide: 'both' }, 'dealerSide: must be one of buy, sell, got "both"'],
  ['tca', { name: 'a.b' }, 'name: must match pattern "^[A-Za-z0-9_]{1,48}$", got "a.b"'],
  ['tca', { value: 1e13 }, 'value: must be <= 1000000000000, got 10000000000000'],
  ['clock', { instrumentId: 'I1' }, 'instrumentId: is not a field that the schema knows'],
  ['dealer', { enabled: 1 }, 'enabled: must be boolean, got 1'],
  [
    'dealer',
    { desks: [{ name: 'x' }, 5] },
    'desks.1: must be object with name and contacts, got 5',
  ],
  [
    'dealer',
    { creditLimit: 5e6 },
    'creditLimit: must be object with quantity and currency, got 5000000',
  ],
  [
    'dealer',
    { desks: [{ name: 'x', contacts: [5] }] },
    'desks.0.contacts.0: must be string, got 5',
  ],
  [
    'dealer',
    { agreements: [{ name: 'ISDA', from: 1 }] },
    'agreements.0.from: is not a field that the schema knows',
  ],
  ['dealer', { creditLimit: { quantity: 5 } }, 'creditLimit: needs currency'],
  ['dealer', { 'a/b~c': 1 }, 'a/b~c: is not a field that the schema knows'],
  ['instrument', { currency: 'eur' }, 'currency: must match pattern "^[A-Z]{3}$", got "eur"'],
  [
    'instrument',
    { maturityDate: '15.6.2031' },
    'maturityDate: must match pattern "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", got "15.6.2031"',
  ],
])('%s with %o is refused precisely', (kind, changes, detail) => {
  const event = Object.entries(eventOf(kind, changes)).filter(([, value]) => value !== undefined);
  expect(refuseEvent(Object.fromEntries(event))).toEqual({ reason: 'invalid', detail });
});

test('an unknown rating is refused with the ratings that there are', () => {
  const refusal = refuseEvent(eventOf('instrument', { rating: 'Baa3' }));
  expect(refusal?.detail).toMatch(/^rating: must be .*, got "Baa3"$/);
});

test.each<[EventKind, object, string]>([
  ['quote', { bid: 100, ask: 100 }, 'quote: ask 100 is not above bid 100'],
  ['tick', { bid: 101, ask: 100 }, 'tick: ask 100 is not above bid 101'],
])('a crossed %s has a reason of its own', (kind, changes, detail) => {
  expect(refuseEvent(eventOf(kind, changes))).toEqual({ reason: 'crossed', detail });
});

test.each([
  [null, 'kind: unknown event kind undefined'],
  [5, 'kind: unknown event kind undefined'],
  [[], 'kind: unknown event kind undefined'],
  [{ kind: 5 }, 'kind: unknown event kind undefined'],
  [{ kind: 'trade' }, 'kind: unknown event kind "trade"'],
  [{ kind: 'toString' }, 'kind: unknown event kind "toString"'],
])('%o is no event', (value, detail) => {
  expect(refuseEvent(value)).toEqual({ reason: 'invalid', detail });
});

test('what a refusal quotes is bounded', () => {
  const long = 'x'.repeat(1_000_000);
  expect(refuseEvent({ kind: long })?.detail.length).toBeLessThan(100);
  expect(refuseEvent(eventOf('order', { orderId: long }))?.detail.length).toBeLessThan(120);
});

test('isEventKind knows the kinds and nothing that objects inherit', () => {
  expect(EVENT_KINDS.every(isEventKind)).toBe(true);
  expect(isEventKind('constructor')).toBe(false);
});
