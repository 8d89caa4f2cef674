import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EventOf, FirstcallEvent } from '../../schemas/events.ts';
import { refuseEvent } from '../../schemas/validate.ts';
import { Market, type MarketOptions } from './market.ts';

const HOUR = 3_600_000_000;
const START = Date.parse('2024-05-06T00:00Z') * 1000;
const DAY_END = START + 24 * HOUR;
const OPTIONS: MarketOptions = {
  seed: 1,
  instruments: 200,
  dealers: 40,
  rfqsPerDay: 400,
  liveRfqsPerMinute: 60,
  startTs: START,
  liveFromTs: null,
};

const hash = (events: readonly FirstcallEvent[]) =>
  createHash('sha256').update(JSON.stringify(events)).digest('hex');
const ofKind = <K extends FirstcallEvent['kind']>(events: readonly FirstcallEvent[], kind: K) =>
  events.filter((event): event is EventOf<K> => event.kind === kind);

test('the same options give the same events, however time is advanced', () => {
  const whole = new Market(OPTIONS).advance(DAY_END);
  const market = new Market(OPTIONS);
  const steps: FirstcallEvent[] = [];
  for (let ts = START; ts <= DAY_END; ts += HOUR / 7) steps.push(...market.advance(ts));
  expect(hash(steps)).toBe(hash(whole));
  expect(hash(new Market({ ...OPTIONS, seed: 2 }).advance(DAY_END))).not.toBe(hash(whole));
});

test('every event is valid, in time order, and known by an id of its own', () => {
  const market = new Market({ ...OPTIONS, liveFromTs: START + 16 * HOUR });
  const events = market.advance(START + 16.2 * HOUR);
  expect(events.map(refuseEvent).filter((refusal) => refusal !== null)).toEqual([]);
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  const times = events.map((event) => event.tsEvent);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('effects follow their causes', () => {
  const events = new Market(OPTIONS).advance(DAY_END);
  const asked = new Map<string, Map<string, number>>();
  const closed = new Set<string>();
  const orders = new Set<string>();
  for (const event of events) {
    if (event.kind === 'order') orders.add(event.orderId);
    if (event.kind === 'rfq') {
      expect(orders).toContain(event.orderId);
      const asks = asked.get(event.rfqId) ?? new Map<string, number>();
      for (const ask of event.asks) asks.set(ask.dealerId, ask.tsSent);
      asked.set(event.rfqId, asks);
    }
    if (event.kind === 'quote' && event.rfqId !== undefined) {
      expect(event.tsEvent).toBeGreaterThan(asked.get(event.rfqId)!.get(event.dealerId)!);
    }
    if (event.kind === 'fill') expect(closed).not.toContain(event.rfqId);
    if (event.kind === 'rfqClosed') closed.add(event.rfqId);
  }
  expect(new Set(asked.keys())).toEqual(closed);
  expect(ofKind(events, 'orderClosed').length).toBe(orders.size);
});

test('fills deal at the quoted price, no more than quoted and asked for', () => {
  const events = new Market(OPTIONS).advance(DAY_END);
  const quotes = new Map(ofKind(events, 'quote').map((quote) => [quote.quoteId as string, quote]));
  const rfqs = new Map(ofKind(events, 'rfq').map((rfq) => [rfq.rfqId, rfq]));
  const filled = new Map<string, number>();
  for (const fill of ofKind(events, 'fill')) {
    const quote = quotes.get(`${fill.rfqId}.${fill.dealerId}`)!;
    expect(fill.price).toBe(fill.side === 'buy' ? quote.ask : quote.bid);
    expect(fill.quantity).toBeLessThanOrEqual(quote.quantity!);
    filled.set(fill.rfqId!, (filled.get(fill.rfqId!) ?? 0) + fill.quantity);
  }
  expect(filled.size).toBeGreaterThan(50);
  for (const [rfqId, quantity] of filled) {
    expect(quantity).toBeLessThanOrEqual(rfqs.get(rfqId as never)!.quantity);
  }
});

test('one more dealer leaves the orders as they are, and most RFQs', () => {
  const rfqsOf = (dealers: number) =>
    ofKind(new Market({ ...OPTIONS, dealers }).advance(DAY_END), 'rfq');
  const ordersOf = (dealers: number) =>
    ofKind(new Market({ ...OPTIONS, dealers }).advance(DAY_END), 'order');
  expect(ordersOf(41)).toEqual(ordersOf(40));
  const before = new Set(rfqsOf(40).map((rfq) => JSON.stringify(rfq)));
  const kept = rfqsOf(41).filter((rfq) => before.has(JSON.stringify(rfq)));
  expect(kept.length / before.size).toBeGreaterThan(0.75);
});

test('a market started again goes on with the same prices and no id twice', () => {
  const pause = START + 15 * HOUR;
  const first = new Market(OPTIONS).advance(pause);
  const second = new Market({ ...OPTIONS, startTs: pause + 1 }).advance(DAY_END);
  const ids = new Set(first.map((event) => event.id));
  expect(second.filter((event) => ids.has(event.id))).toEqual([]);
  const benchmark = (events: readonly FirstcallEvent[]) =>
    ofKind(events, 'tick').filter((tick) => tick.instrumentId.startsWith('BM-MUNI'));
  const [last, next] = [benchmark(first).at(-1)!.mid!, benchmark(second)[0]!.mid!];
  expect(Math.abs(next / last - 1)).toBeLessThan(0.001);
});

test('a live market is never closed and as busy as it was told to be', () => {
  const saturday = Date.parse('2024-05-11T03:00Z') * 1000;
  const market = new Market({ ...OPTIONS, startTs: saturday, liveFromTs: saturday });
  const events = market.advance(saturday + HOUR);
  const perMinute = ofKind(events, 'rfq').length / 60;
  expect(perMinute).toBeGreaterThan(50);
  expect(perMinute).toBeLessThan(70);
  const kinds = new Set(events.map((event) => event.kind));
  for (const kind of ['tick', 'quote', 'fill', 'axe', 'rfqClosed'] as const) {
    expect(kinds).toContain(kind);
  }
});
