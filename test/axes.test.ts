import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFirstcall, type FirstcallClient } from '../client/src/index.ts';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import type { AxeEvent, FirstcallEvent } from '../schemas/events.ts';
import type { Side } from '../schemas/ids.ts';
import type { SelectedDealer, Selection, SelectRequest } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const T0 = Date.UTC(2026, 0, 5, 9) * 1000;
const names = logNames();

/** Dealers of one history, so that nothing but their axes sets them apart; LIAR's were never meant. */
const DEALERS = [
  ...['FULL', 'HALF', 'PRICED', 'LIAR', 'EXPIRED', 'OTHERSIDE', 'WITHDRAWN', 'RENEWED', 'LATE'],
  'NONE',
];

let id = 0;
const event = (kind: string, tsEvent: number, fields: object): FirstcallEvent =>
  ({ kind, id: `e${++id}`, tsEvent, instrumentId: 'X', ...fields }) as unknown as FirstcallEvent;

function axe(dealerId: string, tsEvent: number, fields: object = {}): FirstcallEvent {
  const axeId = `x${id}`;
  const common = { axeId, dealerId, dealerSide: 'sell', quantity: 4e6, tsExpires: tsEvent + HOUR };
  return event('axe', tsEvent, { ...common, ...fields });
}

/** Ten RFQs in another bond of the issuer; everybody is axed and quotes in full, LIAR a tenth of it. */
function history(): FirstcallEvent[] {
  const bond = { issuerId: 'I', assetClass: 'CORP', sector: 'FIN', rating: 'A' };
  const events = [
    event('instrument', T0, bond),
    event('instrument', T0, { ...bond, instrumentId: 'Y' }),
  ];
  const y = { instrumentId: 'Y' };
  for (let n = 0; n < 10; n++) {
    const t = T0 + (n + 1) * 120 * SECOND;
    const rfqId = `r${n}`;
    for (const dealerId of DEALERS) events.push(axe(dealerId, t - SECOND, { ...y }));
    const asks = DEALERS.map((dealerId) => ({ dealerId, tsSent: t }));
    const request = { ...y, rfqId, side: 'buy', quantity: 1e6, asks, tsDeadline: t + 60 * SECOND };
    events.push(event('tick', t, { ...y, mid: 100 }), event('rfq', t, request));
    for (const dealerId of DEALERS) {
      const quantity = dealerId === 'LIAR' ? 1e5 : 1e6;
      const answer = { ...y, rfqId, dealerId, quoteId: `q${id}`, quoteKind: 'firm' };
      events.push(event('quote', t + SECOND, { ...answer, ask: 100.01, quantity }));
    }
    events.push(event('rfqClosed', t + 5 * SECOND, { ...y, rfqId, reason: 'expired' }));
  }
  return events;
}

const NOW = T0 + 2 * HOUR;
/** The clock that moves the watermark to an hour and some after the history. */
const clock = (tsEvent: number) => event('clock', tsEvent, { instrumentId: undefined });

/** Standing axes in X shortly before NOW. */
function standing(): FirstcallEvent[] {
  const minute = 60 * SECOND;
  return [
    axe('FULL', NOW - 9 * minute),
    axe('HALF', NOW - 9 * minute, { quantity: 1e6 }),
    axe('PRICED', NOW - 9 * minute, { price: 99.75 }),
    axe('LIAR', NOW - 9 * minute),
    axe('EXPIRED', NOW - 9 * minute, { tsExpires: NOW }),
    axe('OTHERSIDE', NOW - 9 * minute, { dealerSide: 'buy' }),
    axe('WITHDRAWN', NOW - 9 * minute),
    axe('WITHDRAWN', NOW - 8 * minute, { tsExpires: NOW - 8 * minute }),
    axe('RENEWED', NOW - 9 * minute, { quantity: 1000 }),
    axe('RENEWED', NOW - 8 * minute, { quantity: 2e6, tsExpires: NOW + 9 * HOUR }),
    // Comes after a newer one, which stands.
    axe('LATE', NOW - 7 * minute, { quantity: 1e6 }),
    axe('LATE', NOW - 8 * minute, { quantity: 8e6 }),
  ];
}

let nats: TestNats;
let rig: TestEngine;
let gateway: Gateway;
let client: FirstcallClient;

beforeAll(async () => {
  nats = await startNats();
  rig = await startEngine(nats.url, names, {
    partitions: 1,
    onUpdate: (update) => gateway?.publish(update),
    onStatus: () => gateway?.statusChanged(),
  });
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  gateway = await createGateway(rig.engine, options);
  await publish(rig.nc, [...history(), clock(NOW - 10 * 60 * SECOND), ...standing(), clock(NOW)]);
  client = connectFirstcall({ url: `ws://127.0.0.1:${gateway.port}` });
  await client.whenLive();
  await client.watchInstrument('X').whenLive();
});

afterAll(async () => {
  client?.close();
  await gateway?.close();
  await rig?.close();
  await nats?.stop();
});

/** Publishes to the one partition, and waits until it is all in what is served. */
async function publish(nc: NatsConnection, events: readonly FirstcallEvent[]): Promise<void> {
  const publisher = createPublisher(nc, names);
  for (const each of events) await publisher.publish(0, each.kind, [each]);
  await publisher.flush();
  published += events.length;
  await until(() => rig.engine.metrics().includes(`events_applied_total ${published}\n`));
}
let published = 0;

/** The engine's answer, which the replica must give as well. */
async function select(side: Side, quantity: number, tsEvent = NOW): Promise<Selection> {
  const order = {
    orderId: 'o',
    instrumentId: 'X',
    side,
    quantity,
    tsEvent,
    count: DEALERS.length,
  } as SelectRequest;
  const selection = rig.engine.select(order);
  await until(() => JSON.stringify(locally(order)) === JSON.stringify(selection));
  for (const dealer of selection.dealers) {
    let sum = 0;
    for (const { contribution } of dealer.metrics) sum += contribution;
    if (dealer.axe !== null) sum += dealer.axe.contribution;
    expect(Object.is(sum, dealer.composite), dealer.dealerId).toBe(true);
  }
  return selection;
}

function locally(order: SelectRequest): Selection | null {
  try {
    return client.selectLocally(order);
  } catch {
    return null;
  }
}

const named = ({ dealers }: Selection, dealerId: string): SelectedDealer =>
  dealers.find((dealer) => dealer.dealerId === dealerId)!;

const axed = ({ dealers }: Selection): string[] =>
  dealers.flatMap(({ axe, dealerId }) => (axe === null ? [] : [dealerId])).sort();

test('a live axe for the order raises its dealer by weight x honesty x coverage', async () => {
  const selection = await select('buy', 2e6);
  expect(axed(selection)).toEqual(['FULL', 'HALF', 'LATE', 'LIAR', 'PRICED', 'RENEWED']);
  const none = named(selection, 'NONE');
  for (const [dealerId, coverage, quantity] of [
    ['FULL', 1, 4e6],
    ['PRICED', 1, 4e6],
    ['RENEWED', 1, 2e6],
    ['HALF', 0.5, 1e6],
    ['LATE', 0.5, 1e6],
  ] as const) {
    const { axe, composite } = named(selection, dealerId);
    expect(axe!.quantity).toBe(quantity);
    expect(axe!.price).toBe(dealerId === 'PRICED' ? 99.75 : null);
    expect(axe!.contribution).toBe(0.1 * axe!.honesty * coverage);
    expect(axe!.honesty).toBeGreaterThan(0.9);
    // Its history is that of the one without an axe.
    expect(composite - none.composite).toBeCloseTo(axe!.contribution, 12);
  }
  const liar = named(selection, 'LIAR').axe!;
  expect(liar.honesty).toBeLessThan(0.5);
  expect(liar.contribution).toBeLessThan(0.05);
  expect(selection.dealers.slice(0, 3).map(({ dealerId }) => dealerId)).toEqual([
    'FULL',
    'PRICED',
    'RENEWED',
  ]);
});

test('the honesty is the estimate of axeHonesty that stands beside the score', async () => {
  const { dealers } = await select('buy', 2e6);
  for (const { axe, metrics } of dealers) {
    const honesty = metrics.find(({ metric }) => metric === 'axeHonesty')!;
    expect(honesty.weight).toBe(0);
    if (axe !== null) expect(Object.is(axe.honesty, honesty.estimate)).toBe(true);
  }
});

test('the reason says so', async () => {
  const selection = await select('buy', 2e6);
  const percent = Math.round(100 * named(selection, 'PRICED').axe!.honesty);
  expect(named(selection, 'PRICED').reason).toContain(
    `; it is axed for 4,000,000 at 99.75, and honours ${percent}% of its axes`,
  );
  expect(named(selection, 'HALF').reason).toContain('; it is axed for 1,000,000, and honours');
  for (const dealerId of ['NONE', 'EXPIRED', 'WITHDRAWN', 'OTHERSIDE']) {
    expect(named(selection, dealerId).reason).not.toContain('axe');
  }
});

test('a sale is helped by axes to buy', async () => {
  const selection = await select('sell', 2e6);
  expect(axed(selection)).toEqual(['OTHERSIDE']);
  expect(selection.dealers[0]!.dealerId).toBe('OTHERSIDE');
});

test('an axe is live from its own time until before its expiry', async () => {
  const minute = 60 * SECOND;
  expect(axed(await select('buy', 2e6, NOW - 1))).toContain('EXPIRED');
  expect(axed(await select('buy', 2e6, NOW - 9 * minute - 1))).toEqual([]);
  expect(axed(await select('buy', 2e6, NOW + HOUR))).toEqual(['RENEWED']);
  expect(axed(await select('buy', 2e6, NOW + 9 * HOUR))).toEqual([]);
});

test('an axe that comes, and goes again, changes the next selection', async () => {
  const fresh = NOW - 60 * SECOND;
  await publish(rig.nc, [axe('NONE', fresh, { quantity: 9e6 })]);
  expect(named(await select('buy', 2e6), 'NONE').axe).toMatchObject({
    quantity: 9e6,
    tsExpires: fresh + HOUR,
  } satisfies Partial<AxeEvent>);
  await publish(rig.nc, [axe('NONE', fresh + SECOND, { tsExpires: 0 })]);
  expect(named(await select('buy', 2e6), 'NONE').axe).toBeNull();
});
