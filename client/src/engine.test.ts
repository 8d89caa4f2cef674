import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGateway } from '../../engine/gateway/gateway.ts';
import type { Gateway } from '../../engine/gateway/services.ts';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import type { InstrumentId, OrderId } from '../../schemas/ids.ts';
import { logNames } from '../../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from '../../test/support/engine.ts';
import { startNats, type TestNats } from '../../test/support/nats.ts';
import { publishLog, SIM_START, simulatePartitions } from '../../test/support/simulated-log.ts';
import { connectFirstcall, type FirstcallClient } from './index.ts';

const PARTITIONS = 4;
const DAY_MICROS = 86_400_000_000;
const OPTIONS = { seed: 3, days: 2, rfqsPerDay: 300, dealers: 20, instruments: 30 };
const { market, log } = simulatePartitions(OPTIONS, PARTITIONS);
const INSTRUMENTS = market
  .reference()
  .flatMap((event) => (event.kind === 'instrument' ? [event.instrumentId] : []));

let nats: TestNats;
let nc: NatsConnection;
let engine: TestEngine;
let gateway: Gateway | undefined;
let client: FirstcallClient;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  const names = logNames('client');
  await ensureLog(nc, names, PARTITIONS);
  await publishLog(nc, names, log);
  engine = await startEngine(nats.url, names, {
    partitions: PARTITIONS,
    onUpdate: (update) => gateway?.publish(update),
    onStatus: () => gateway?.statusChanged(),
  });
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  gateway = await createGateway(engine.engine, options);
  client = connectFirstcall({ url: `ws://127.0.0.1:${gateway.port}` });
  await client.whenLive();
  // The ranking thread has merged what the shards have read.
  await until(() => engine.engine.status().asOf === SIM_START + OPTIONS.days * DAY_MICROS + 4.8e9);
});

afterAll(async () => {
  client?.close();
  await gateway?.close();
  await engine?.close();
  await nc?.close();
  await nats?.stop();
});

function orderIn(instrumentId: string, i: number) {
  return {
    orderId: `O${i}` as OrderId,
    instrumentId: instrumentId as InstrumentId,
    side: 'buy' as const,
    quantity: 1e6,
    tsEvent: SIM_START + (OPTIONS.days + 1) * DAY_MICROS + i * 1000,
    count: 1 + (i % 7),
  };
}

it('selects locally what the engine selects, for every instrument and for unknown ones', async () => {
  const instruments = [...INSTRUMENTS, 'UNKNOWN'];
  expect(instruments.length).toBeGreaterThan(OPTIONS.instruments);
  const watches = instruments.map((instrumentId) => client.watchInstrument(instrumentId));
  await Promise.all(watches.map((watch) => watch.whenLive()));
  for (const [i, instrumentId] of instruments.entries()) {
    const order = orderIn(instrumentId, i);
    const { position: _theirs, lagMs: _lag, ...theirs } = await client.select(order);
    const { position: _ours, ...ours } = client.selectLocally(order);
    expect(ours).toEqual(theirs);
    expect(ours.dealers).toHaveLength(order.count);
    expect(ours.instrumentKnown).toBe(instrumentId !== 'UNKNOWN');
  }
});

it('ranks as the engine does over HTTP', async () => {
  const ranking = client.rankings('ALL');
  await until(() => ranking.state === 'live');
  const response = await fetch(`http://127.0.0.1:${gateway?.port}/rankings/ALL`);
  const snapshot = (await response.json()) as { seq: number; rows: unknown };
  expect(ranking).toMatchObject({ seq: snapshot.seq, rows: snapshot.rows });
  expect(ranking.rows.length).toBe(OPTIONS.dealers);
});
