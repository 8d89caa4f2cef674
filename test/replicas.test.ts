import { spawnSync } from 'node:child_process';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFirstcall } from '../client/src/index.ts';
import { verifyChain } from '../engine/audit/verify-chain.ts';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { distFile } from '../engine/platform/dist.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import type { SelectRequest } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, SIM_START, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 4;
const names = logNames('replicas');
const { market, log } = simulatePartitions(
  { seed: 21, days: 2, rfqsPerDay: 150, dealers: 20, instruments: 30 },
  PARTITIONS,
);

interface Replica extends TestEngine {
  readonly gateway: Gateway;
  readonly url: string;
}

let nats: TestNats;
let nc: NatsConnection;
let replicas: Replica[] = [];

async function startReplica(): Promise<Replica> {
  let gateway: Gateway | undefined;
  const running = await startEngine(nats.url, names, {
    partitions: PARTITIONS,
    onUpdate: (update) => gateway?.publish(update),
    onStatus: () => gateway?.statusChanged(),
  });
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  gateway = await createGateway(running.engine, options);
  return { ...running, gateway, url: `ws://127.0.0.1:${gateway.port}/` };
}

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, PARTITIONS);
  replicas = [await startReplica(), await startReplica()];
  // Both read while it is published, each at its own pace.
  await publishLog(nc, names, log, 20);
});

afterAll(async () => {
  for (const { gateway, close } of replicas) {
    await gateway.close();
    await close();
  }
  await nc?.close();
  await nats?.stop();
});

function orderOf(n: number): SelectRequest {
  return {
    orderId: `order-${n}`,
    instrumentId: market.instruments[n % market.instruments.length]!.instrumentId,
    side: n % 2 === 0 ? 'buy' : 'sell',
    quantity: 1e6 + n,
    tsEvent: SIM_START + 4 * 86_400e6,
  } as SelectRequest;
}

test('two engines on one log serve the same bits, decide side by side, and stand in for one another', async () => {
  const [a, b] = replicas as [Replica, Replica];
  const position = ({ engine }: Replica) => JSON.stringify(engine.select(orderOf(0)).position);
  await until(() => replicas.every(({ engine }) => engine.status().ready && engine.lagMs === 0));
  await until(() => position(a) === position(b));
  expect(a.engine.stateHashes()).toEqual(b.engine.stateHashes());
  expect(new Set(a.engine.stateHashes()).size).toBe(PARTITIONS);

  const client = connectFirstcall({ url: [a.url, b.url] });
  const ranking = client.rankings('ALL');
  await client.whenLive();
  await ranking.whenLive();
  expect(client.engine).toBe(a.url);
  const before = JSON.stringify(ranking.rows);
  const seen: string[] = [];
  ranking.onChange(({ kind }) => seen.push(kind));
  for (let n = 0; n < 100; n++) {
    const [ours, theirs] = [a.engine.select(orderOf(n)), b.engine.select(orderOf(n))];
    expect(ours.dealers.length).toBeGreaterThan(0);
    expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
    const { lagMs: _, ...answer } = await client.select(orderOf(n));
    expect(answer).toEqual(ours);
  }

  const began = performance.now();
  await a.gateway.close();
  await until(() => client.engine === b.url && ranking.state === 'live');
  const tookMs = Math.round(performance.now() - began);
  console.log(`on the other engine ${tookMs} ms after the first one's gateway began to close`);
  expect(tookMs).toBeLessThan(3_000);
  expect(seen).toEqual(['state', 'snapshot']);
  expect(JSON.stringify(ranking.rows)).toBe(before);
  expect((await client.select(orderOf(1))).orderId).toBe('order-1');
  client.close();

  // Everything that both have decided is in one whole chain.
  await Promise.all(replicas.map(({ engine }) => engine.close()));
  const chain = await verifyChain(nc, names, null);
  expect(chain).toMatchObject({ faultCount: 0, faults: [] });
  expect(chain.records).toBeGreaterThanOrEqual(301);
});

test('of two processes the one that a client listens to may be killed or frozen', {
  timeout: 200_000,
}, () => {
  const command = [distFile('reliability/main.js'), 'failover', '--quick', '--seed', '5'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  const times = [...stdout.matchAll(/(killed|frozen), \d of \d+: all live .* after (\d+) ms/g)];
  console.log(times.map(([, kind, ms]) => `${kind}: ${ms} ms`).join(', '));
  expect(stdout + stderr).toContain('all 6 checks passed');
  expect(status).toBe(0);
  expect(times).toHaveLength(2);
  expect(stdout).toMatch(
    /pass: no ranking .*: [1-9]\d* changes, [1-9]\d* gaps noticed, 0 unnoticed/,
  );
  expect(stdout).toMatch(/pass: scores and selections .* 200 of 200 selections/);
});
