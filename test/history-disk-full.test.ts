import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HistoryWatch } from '../engine/history-watch.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import { HistoryClient } from '../engine/verify/history-client.ts';
import { readHistoryCensus } from '../reliability/support/history-census.ts';
import { HistoryProcess } from '../reliability/support/history-process.ts';
import { logEnds, readLogCensus } from '../reliability/support/log-census.ts';
import { logNames } from '../schemas/subjects.ts';
import { HOMES, NOW_US, orderOf } from './support/history.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { mountSmallDisk, type SmallDisk } from './support/small-disk.ts';

const names = logNames('full');
const PARTITIONS = 2;
const DISK_MIB = 192;
const disk = mountSmallDisk(DISK_MIB);
if (typeof disk === 'string') console.log(`skipped: ${disk}`);

let nats: TestNats;
let nc: NatsConnection;
let history: HistoryProcess;
let watch: HistoryWatch;

beforeEach(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, PARTITIONS);
  watch = new HistoryWatch(nc, names);
});

afterEach(async () => {
  await history.end('SIGKILL');
  await nc.close();
  await nats.stop();
  (disk as SmallDisk).remove();
});

async function publishOrders(first: number, messages: number): Promise<void> {
  const publisher = createPublisher(nc, names);
  for (let m = first; m < first + messages; m++) {
    const events = Array.from({ length: 50 }, (_, i) => orderOf(`${m}-${i}`, HOMES[0], NOW_US));
    await publisher.publish(0, 'order', events);
  }
  await publisher.flush();
}

function metric(name: string): number {
  const line = watch
    .metrics()
    .split('\n')
    .find((each) => each.startsWith(`firstcall_history_${name} `));
  return Number(line?.split(' ')[1] ?? Number.NaN);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(50);
}

test.skipIf(typeof disk === 'string')(
  'on a full disk history lives, answers and says so, started again too, and goes on once there is room',
  { timeout: 120_000 },
  async () => {
    const { folder, fill, empty } = disk as SmallDisk;
    const settings = {
      natsUrl: nats.url,
      log: names.log,
      partitions: PARTITIONS,
      storeDir: folder,
    };
    history = new HistoryProcess(settings);
    await history.start();
    await publishOrders(0, 20);
    const before = await logEnds(nc, names, PARTITIONS);
    await history.caughtUp(nc, names, before, 60_000);

    fill();
    await publishOrders(20, 100);
    await until(() => metric('failing_seconds') > 0);
    expect(metric('up')).toBe(1);
    expect(metric('messages_behind')).toBe(100);
    const client = new HistoryClient(nc, names);
    expect(await client.ask('auditChain', { fromSequence: 1, limit: 1 })).toEqual([]);

    await history.end('SIGKILL');
    await history.start();
    await publishOrders(120, 20);
    await until(() => metric('messages_behind') === 140 || metric('messages_behind') === 120);
    expect(await client.ask('auditChain', { fromSequence: 1, limit: 1 })).toEqual([]);
    expect(history.crashes).toBe(0);

    empty();
    await history.caughtUp(nc, names, await logEnds(nc, names, PARTITIONS), 60_000);
    await until(() => metric('failing_seconds') === 0);
    expect(await history.end('SIGTERM')).toBe(0);
    const stored = await readHistoryCensus(join(folder, 'history'), names.log);
    const log = await readLogCensus(nc, names, PARTITIONS, () => false);
    expect(stored.orders).toEqual(log.tables.orders);
    expect(log.tables.orders).toMatchObject({ rows: 7_000, ids: 7_000 });
  },
);
