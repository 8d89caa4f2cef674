import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logNames } from '../../schemas/subjects.ts';
import { ClickHouseHttp } from '../../test/support/clickhouse-http.ts';
import { HOMES, logger, NOW_US, orderOf } from '../../test/support/history.ts';
import { startNats, type TestNats } from '../../test/support/nats.ts';
import { connectNats, ensureLog } from '../platform/log.ts';
import { createPublisher } from '../platform/publisher.ts';
import { connectHistory, type HistoryConnection } from './connect.ts';
import { History } from './history.ts';

const names = logNames('away');
const PARTITIONS = 2;
const [ZERO] = HOMES;
const EVENTS_PER_MESSAGE = 50;

let nats: TestNats;
let nc: NatsConnection;
let clickhouse: ClickHouseHttp;
let connection: HistoryConnection;
let history: History;

beforeEach(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, PARTITIONS);
  clickhouse = await ClickHouseHttp.start();
  connection = await connectHistory({ clickhouseUrl: clickhouse.url, directory: '' });
  const database = connection.writer;
  history = new History({ nc, names, partitions: PARTITIONS, database, logger });
  await history.start();
});

afterEach(async () => {
  await history.stop();
  await connection.close();
  await clickhouse.stop();
  await nc.close();
  await nats.stop();
});

/** Orders with ids as long as ids may be, so that there is something to hold. */
async function publishOrders(first: number, messages: number): Promise<void> {
  const publisher = createPublisher(nc, names);
  for (let m = first; m < first + messages; m++) {
    const events = Array.from({ length: EVENTS_PER_MESSAGE }, (_, i) =>
      orderOf(`${m}-${i}-${'x'.repeat(40)}`, ZERO, NOW_US),
    );
    await publisher.publish(0, 'order', events);
  }
  await publisher.flush();
}

async function caughtUp(): Promise<void> {
  const jsm = await jetstreamManager(nc);
  const { state } = await jsm.streams.info(names.stream(0));
  while ((history.stored[names.stream(0)] ?? 0) < state.last_seq) await delay(20);
}

async function count() {
  const [row] = await connection.reader.rows<Record<string, number | string>>(
    `SELECT count() AS rows, uniqExact(sequence, message_index) AS places, uniqExact(event_id) AS ids
    FROM orders WHERE log = 'away'`,
  );
  return Object.fromEntries(Object.entries(row!).map(([name, n]) => [name, Number(n)]));
}

test('while ClickHouse is away the log holds what comes, and nothing is lost or doubled', async () => {
  await publishOrders(0, 10);
  await caughtUp();
  await clickhouse.goAway();
  await publishOrders(10, 700);
  const waiting: number[] = [];
  for (const until = performance.now() + 3_000; performance.now() < until; ) {
    waiting.push(history.health.waitingCharacters);
    await delay(50);
  }
  const { failures, trouble } = history.health;
  expect(failures).toBeGreaterThan(2);
  expect(trouble).toContain('ECONNREFUSED');
  // More waits in the log than memory may hold; what is read of it is bounded, and does not grow.
  const max = Math.max(...waiting);
  expect(max).toBeLessThan(10 * 1024 * 1024);
  expect(waiting.at(-1)).toBe(waiting[Math.floor(waiting.length / 2)]);
  await clickhouse.comeBack();
  await caughtUp();
  const n = 710 * EVENTS_PER_MESSAGE;
  expect(await count()).toEqual({ rows: n, places: n, ids: n });
  expect(history.health).toMatchObject({ failures: 0, trouble: '', waitingCharacters: 0 });
});

test('what was inserted and not answered is not inserted again', async () => {
  for (let round = 0; round < 4; round++) {
    clickhouse.loseAnswers(round);
    await publishOrders(round * 20, 20);
    await caughtUp();
  }
  expect(clickhouse.lost).toBeGreaterThan(2);
  const n = 80 * EVENTS_PER_MESSAGE;
  expect(await count()).toEqual({ rows: n, places: n, ids: n });
});
