import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CutProxy } from '../../test/support/cut-proxy.ts';
import { HistoryHarness, HOMES, orderOf } from '../../test/support/history.ts';
import { connectNats } from '../platform/log.ts';
import type { LogMessage } from './message-rows.ts';
import { readPlanned } from './recover.ts';
import { StreamReader } from './stream-reader.ts';

const harness = new HistoryHarness();
const [ZERO] = HOMES;

let proxy: CutProxy;
let nc: NatsConnection;

beforeEach(async () => {
  proxy = await CutProxy.start(`nats://${harness.nc.getServer()}`);
  nc = await connectNats(proxy.url, 'test');
});

afterEach(async () => {
  await nc.close();
  await proxy.stop();
});

async function publishOrders(first: number, count: number): Promise<void> {
  for (let i = first; i < first + count; i++) {
    await harness.publish(0, 'order', orderOf(`o${i}`, ZERO));
  }
}

/** The server sends what is published now, and nobody gets it; then the connection is gone. */
async function loseOrders(first: number, count: number): Promise<void> {
  await delay(200);
  proxy.lose();
  await publishOrders(first, count);
  await delay(200);
  proxy.cut();
}

test('the newest messages, lost with a connection, are read again though nothing follows', async () => {
  const stop = new AbortController();
  await publishOrders(1, 5);
  const reader = await StreamReader.open(nc, harness.names.stream(0), 1, stop.signal);
  const read: number[] = [];
  const take = ({ sequence }: LogMessage) => void read.push(sequence);
  while (read.length < 5) await reader.read(take);
  const losing = loseOrders(6, 20);
  while (read.length < 25) await reader.read(take);
  await losing;
  expect(read).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  while (!reader.isAtEnd) await reader.read(take);
  expect(read).toHaveLength(25);
});

test('a planned batch is read whole though a connection is lost meanwhile', async () => {
  const { names } = harness;
  const stream = names.stream(0);
  const { signal } = new AbortController();
  const shape = { names, partitions: 2 };
  const plan = { batch: 1, stored: {}, planned: { [stream]: 25 } };
  const roles = [{ stream, holds: 0 as const }];
  await publishOrders(1, 5);
  const reading = readPlanned(nc, roles, shape, plan, signal);
  await loseOrders(6, 20);
  const rows = await reading;
  expect(rows.map(({ eventId }) => eventId)).toEqual(
    Array.from({ length: 25 }, (_, i) => `o${i + 1}`),
  );
});

test('a planned batch whose last messages were deleted ends where they were', async () => {
  const { names } = harness;
  const stream = names.stream(0);
  const { signal } = new AbortController();
  const plan = { batch: 1, stored: {}, planned: { [stream]: 9 } };
  await publishOrders(1, 5);
  const rows = await readPlanned(
    nc,
    [{ stream, holds: 0 }],
    { names, partitions: 2 },
    plan,
    signal,
  );
  expect(rows).toHaveLength(5);
});
