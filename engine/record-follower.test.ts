import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DealerId } from '../schemas/ids.ts';
import type { DealerEvent } from '../schemas/reference.ts';
import { logNames } from '../schemas/subjects.ts';
import { until } from '../test/support/engine.ts';
import { connectNats, ensureLog } from './platform/log.ts';
import { launchNatsServer, type NatsServer } from './platform/nats-server.ts';
import { createPublisher } from './platform/publisher.ts';
import { dealerBook } from './record-book.ts';
import { type FollowerOptions, RecordFollower } from './record-follower.ts';

const names = logNames();
let storeDir: string;
let server: NatsServer;
let nc: NatsConnection;
let follower: RecordFollower<DealerEvent> | undefined;

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-follower-'));
  server = await launchNatsServer({ storeDir });
  nc = await connectNats(server.url, 'follower.test');
  await ensureLog(nc, names, 1);
});

afterEach(async () => {
  await follower?.close();
  await nc.close();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

async function publish(id: string, ...dealerIds: string[]): Promise<void> {
  const publisher = createPublisher(nc, names);
  const events = dealerIds.map(
    (dealerId): DealerEvent => ({
      kind: 'dealer',
      id: `${id}-${dealerId}`,
      tsEvent: 0,
      dealerId: dealerId as DealerId,
      enabled: true,
    }),
  );
  await publisher.publish('all', 'dealer', events);
  await publisher.flush();
}

function follow(options: Partial<FollowerOptions<DealerEvent>> = {}): RecordFollower<DealerEvent> {
  follower = new RecordFollower<DealerEvent>({
    nc,
    names,
    partition: 'all',
    partitions: 1,
    kind: 'dealer',
    book: dealerBook(),
    onFatal: (error) => {
      throw error;
    },
    ...options,
  });
  return follower;
}

test('records beyond the limit are refused and counted; those within go on', async () => {
  await publish('a', 'A', 'B', 'C');
  await publish('b', 'D', 'A');
  const records = follow({ book: dealerBook(2) });
  await until(() => records.ready);
  expect([...records.ids]).toEqual(['A', 'B']);
  expect([records.refused, records.isFull, records.sequence]).toEqual([2, true, 2]);
  expect(records.version('A')).toMatchObject({ sequence: 2, index: 1 });
});

test('goes on when the server was killed and restarted', async () => {
  await publish('a', 'A');
  const records = follow();
  await until(() => records.ready);
  const port = Number(new URL(server.url).port);
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  server = await launchNatsServer({ storeDir, port });
  await publish('b', 'B');
  await until(() => records.version('B') !== undefined);
  expect(records.version('A')).toMatchObject({ sequence: 1 });
}, 60_000);

test('begins again where reading was ended from outside', async () => {
  await publish('a', 'A', 'B');
  const seen: string[] = [];
  const records = follow({ onVersion: ({ record }) => void seen.push(record.id) });
  await until(() => records.ready);
  const jsm = await jetstreamManager(nc);
  for await (const { name } of jsm.consumers.list(names.stream('all'))) {
    await jsm.consumers.delete(names.stream('all'), name);
  }
  await publish('b', 'A');
  await until(() => seen.length === 3);
  expect(seen).toEqual(['a-A', 'a-B', 'b-A']);
}, 60_000);

test('tells when what is done about a version fails', async () => {
  await publish('a', 'A');
  const failure = new Error('no room');
  const told = new Promise((resolve) => {
    follow({ onVersion: () => Promise.reject(failure), onFatal: resolve });
  });
  expect(await told).toBe(failure);
});
