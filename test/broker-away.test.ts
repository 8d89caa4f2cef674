import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGateway } from '../engine/gateway/gateway.ts';
import { launchNatsServer } from '../engine/platform/nats-server.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { logNames } from '../schemas/subjects.ts';
import { temporaryFolder } from './shell-support.ts';
import { startEngine, until } from './support/engine.ts';

const PARTITIONS = 2;
const names = logNames();

test('an engine whose broker is frozen says so, and goes on with the log when that goes on', async () => {
  const folder = temporaryFolder();
  const server = await launchNatsServer({ storeDir: join(folder, 'nats') });
  const { engine, nc, close } = await startEngine(server.url, names, { partitions: PARTITIONS });
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  const gateway = await createGateway(engine, options);
  const ask = (path: string) => fetch(`http://127.0.0.1:${gateway.port}${path}`);
  const readiness = async () => (await ask('/readyz')).status;
  const publisher = createPublisher(nc, names);
  const passTime = async (tsEvent: number) => {
    const clock: FirstcallEvent = { kind: 'clock', id: `c${tsEvent}`, tsEvent };
    for (const partition of [0, 1, 'all'] as const) {
      await publisher.publish(partition, 'clock', [clock]);
    }
    await publisher.flush();
    await until(() => engine.status().asOf === tsEvent - 600e6);
  };
  await passTime(1_700_000_000_000_000);
  await until(async () => (await readiness()) === 200);

  process.kill(server.pid, 'SIGSTOP');
  const frozen = performance.now();
  await until(async () => (await readiness()) === 503);
  const noticedMs = Math.round(performance.now() - frozen);
  console.log(`/readyz said that the broker is frozen after ${noticedMs} ms`);
  expect(noticedMs).toBeLessThan(10_000);
  expect(await (await ask('/readyz')).json()).toMatchObject({ ready: false, brokerAway: true });
  expect(await (await ask('/metrics')).text()).toContain('\nfirstcall_broker_away 1\n');
  expect((await ask('/healthz')).status).toBe(200);

  process.kill(server.pid, 'SIGCONT');
  await until(async () => (await readiness()) === 200);
  await passTime(1_700_000_001_000_000);
  await gateway.close();
  await close();
  await server.stop();
  rmSync(folder, { recursive: true });
});
