import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGateway } from '../engine/gateway/gateway.ts';
import { LogLag } from '../engine/log-lag.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { launchNatsServer, type NatsServer } from '../engine/platform/nats-server.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import { canonicalModel, DEFAULT_MODEL } from '../engine/scoring/model.ts';
import { TierSnapshots } from '../engine/tier-snapshots.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { type LogNames, logNames } from '../schemas/subjects.ts';
import { startEngine, until } from './support/engine.ts';

const PARTITIONS = 2;
const TS = 1_700_000_000_000_000;

let folder: string;
let server: NatsServer;
let nc: NatsConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firstcall-lag-'));
  server = await launchNatsServer({ storeDir: join(folder, 'nats') });
  nc = await connectNats(server.url, 'test');
});

afterAll(async () => {
  process.kill(server.pid, 'SIGCONT');
  await nc?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A clock to every partition, seconds after the first moment; a message each. */
async function publishClocks(names: LogNames, ...seconds: number[]): Promise<void> {
  const publisher = createPublisher(nc, names);
  for (const second of seconds) {
    for (const partition of [0, 1, 'all'] as const) {
      const id = `${partition}-${second}`;
      const clock: FirstcallEvent = { kind: 'clock', id, tsEvent: TS + second * 1e6 };
      await publisher.publish(partition, 'clock', [clock]);
      await publisher.flush();
    }
  }
}

async function gatewayOf(engine: Parameters<typeof createGateway>[0]) {
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  const gateway = await createGateway(engine, options);
  const ask = (path: string) => fetch(`http://127.0.0.1:${gateway.port}${path}`);
  return { gateway, ask };
}

async function waitUntilReady(ask: (path: string) => Promise<Response>): Promise<void> {
  await until(async () => (await ask('/readyz')).status === 200);
}

test('lag is the age of the oldest message that is not served, and 0 when all are', async () => {
  const names = logNames('age');
  await ensureLog(nc, names, PARTITIONS);
  let asked = 0;
  const lag = new LogLag({ nc, names, partitions: PARTITIONS, onAsked: () => asked++ });
  expect(lag.lagMs).toBeNull();
  expect(lag.reason).toContain('not said yet');
  const asksAgain = async () => {
    const before = asked;
    // The question under way may have been asked before.
    await until(() => asked >= before + 2);
  };
  await asksAgain();
  expect(lag.lagMs).toBe(0);

  await publishClocks(names, 1);
  const between = Date.now();
  await delay(300);
  await publishClocks(names, 2);
  lag.serve({ partitions: [1, 1], all: 1 });
  await asksAgain();
  // Behind by the second message of each, not by the first.
  const lagMs = lag.lagMs!;
  expect(lagMs).toBeGreaterThan(0);
  expect(lagMs).toBeLessThanOrEqual(Date.now() - between - 250);
  expect(lag.reason).toMatch(/^what is served is \d+\.\d s behind .*EVENTS_0, .*_1, .*_all$/);
  lag.serve({ partitions: [0, 2], all: 2 });
  await asksAgain();
  expect(lag.lagMs).toBeGreaterThanOrEqual(Date.now() - between);
  lag.serve({ partitions: [2, 2], all: 2 });
  expect(lag.lagMs).toBe(0);
  lag.close();
});

test('an engine that starts on a log does not know its lag before it serves something of every stream', async () => {
  const names = logNames('starting');
  await ensureLog(nc, names, PARTITIONS);
  await publishClocks(names, 1, 2);
  let asked = 0;
  const lag = new LogLag({ nc, names, partitions: PARTITIONS, onAsked: () => asked++ });
  await until(() => asked > 0);
  expect(lag.lagMs).toBeNull();
  expect(lag.reason).toContain('not served yet');
  lag.serve({ partitions: [2, 0], all: 2 });
  expect(lag.lagMs).toBeNull();
  lag.serve({ partitions: [1, 1], all: 1 });
  expect(lag.lagMs).toBeGreaterThan(0);
  lag.serve({ partitions: [2, 2], all: 2 });
  expect(lag.lagMs).toBe(0);
  lag.close();
});

test('an engine whose broker is frozen lags ever more, says so everywhere, and recovers', async () => {
  const names = logNames('frozen');
  const { engine, close } = await startEngine(server.url, names, {
    partitions: PARTITIONS,
    readyLagMs: 2_500,
  });
  const { gateway, ask } = await gatewayOf(engine);
  await publishClocks(names, 1);
  await waitUntilReady(ask);
  await until(() => engine.status().asOf === TS + 1e6 - 600e6);
  expect(await (await ask('/readyz')).json()).toMatchObject({ ready: true, reasons: [] });

  process.kill(server.pid, 'SIGSTOP');
  await until(() => engine.lagMs! > 2_500);
  expect((await ask('/readyz')).status).toBe(503);
  const first = engine.lagMs!;
  await delay(300);
  const second = engine.lagMs!;
  expect(first).toBeGreaterThan(2_500);
  expect(second).toBeGreaterThan(first + 200);
  const { lagMs, reasons } = (await (await ask('/readyz')).json()) as ReturnType<
    typeof engine.status
  >;
  expect(lagMs).toBeGreaterThan(second);
  expect(reasons).toEqual([
    'the broker is away: scores stand still',
    expect.stringMatching(/^the log has not answered for \d+\.\d s$/),
  ]);
  const gauge = /^firstcall_lag_seconds (.*)$/m.exec(await (await ask('/metrics')).text());
  expect(Number(gauge![1])).toBeGreaterThan(second / 1000);
  expect((await ask('/healthz')).status).toBe(200);

  process.kill(server.pid, 'SIGCONT');
  await waitUntilReady(ask);
  await publishClocks(names, 2);
  await until(() => engine.status().asOf === TS + 2e6 - 600e6 && engine.lagMs === 0);
  await gateway.close();
  await close();
});

test('a log that no longer reaches back to the snapshot is told in clear words, once', async () => {
  const names = logNames('truncated');
  const modelHash = contentHash(canonicalModel(DEFAULT_MODEL));
  const errors: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  await ensureLog(nc, names, PARTITIONS);
  const settings = { storeDir: folder, everyMs: 60_000 };
  const openSnapshots = () =>
    TierSnapshots.open({ nc, names, partitions: PARTITIONS, modelHash, settings, logger });
  const start = async () =>
    startEngine(server.url, names, {
      partitions: PARTITIONS,
      shards: 2,
      logger,
      snapshots: await openSnapshots(),
    });

  const first = await start();
  await publishClocks(names, 1, 2, 3);
  await until(() => first.engine.status().asOf === TS + 3e6 - 600e6 && first.engine.lagMs === 0);
  await first.close();
  await publishClocks(names, 4, 5, 6);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.purge(names.stream(1), { seq: 6 });

  const second = await start();
  const { gateway, ask } = await gatewayOf(second.engine);
  const words = `stream ${names.stream(1)} begins at sequence 6: scores need it from 1`;
  await until(() => second.engine.status().reasons.includes(`partition 1: ${words}`));
  // The shard is started again and again meanwhile.
  await delay(1_500);
  const answer = await ask('/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ ready: false, degradedPartitions: [1] });
  expect(await (await ask('/metrics')).text()).toContain('\nfirstcall_log_truncated 1\n');
  const told = errors.filter((line) => line.includes('no longer reaches back'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(words);
  expect(errors.filter((line) => line.includes('a shard died'))).toEqual([]);
  await gateway.close();
  await second.close();
});
