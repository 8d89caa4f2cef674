import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { logNames } from '../schemas/subjects.ts';
import type { TcaMessage } from '../schemas/tca-message.ts';
import { startEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, simulatePartitions } from './support/simulated-log.ts';
import { readStream } from './support/streams.ts';

const PARTITIONS = 4;
const OPTIONS = { seed: 11, days: 3, rfqsPerDay: 200, dealers: 15, instruments: 40 };
const { log } = simulatePartitions(OPTIONS, PARTITIONS);

let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

/** The records of a log in the order of their places. */
async function recordsOf(name: string): Promise<TcaMessage[]> {
  const records = await readStream<TcaMessage>(nc, logNames(name).tcaStream);
  return records.sort(
    (a, b) => a.partition - b.partition || a.sequence - b.sequence || a.index - b.index,
  );
}

async function runEngine(name: string, shards: number): Promise<void> {
  const { engine, close } = await startEngine(nats.url, logNames(name), {
    partitions: PARTITIONS,
    shards,
  });
  await until(() => engine.status().ready);
  await close();
}

/** `firstcall_nulls_total` and `firstcall_events_total`. */
function countersIn(metrics: string): string[] {
  return metrics.split('\n').filter((line) => /^firstcall_(nulls|events)_total/.test(line));
}

test('the same log gives the same records, each once, by 1 shard and 3, and started again', async () => {
  for (const name of ['one', 'three']) {
    await ensureLog(nc, logNames(name), PARTITIONS);
    await publishLog(nc, logNames(name), log, 50);
  }
  await runEngine('one', 1);
  const records = await recordsOf('one');
  expect(records.length).toBeGreaterThan(100);
  const places = records.map((r) => `${r.partition}-${r.sequence}-${r.index}`);
  expect(new Set(places).size).toBe(records.length);
  await runEngine('one', 2);
  expect(await recordsOf('one')).toEqual(records);
  await runEngine('three', 3);
  expect(await recordsOf('three')).toEqual(records);
});

test('a shard killed under load leaves no record out and none twice, and its counts stand', async () => {
  const names = logNames('killed');
  const { engine, close } = await startEngine(nats.url, names, { partitions: PARTITIONS });
  const publishing = publishLog(nc, names, log, 50);
  await until(async () => (await recordsOf('killed')).length > 20);
  await engine.shardThreads[0]!.terminate();
  await publishing;
  const wanted = await recordsOf('one');
  await until(() => engine.status().ready);
  await until(async () => (await recordsOf('killed')).length >= wanted.length);
  const steady = countersIn(await settled(() => engine.metrics()));
  expect(steady.length).toBeGreaterThan(5);
  await engine.shardThreads[1]!.terminate();
  await until(() => !engine.status().ready);
  expect(countersIn(engine.metrics())).toEqual(steady);
  await until(() => engine.status().ready);
  expect(countersIn(await settled(() => engine.metrics()))).toEqual(steady);
  await close();
  expect(await recordsOf('killed')).toEqual(wanted);
});

/** What a text with counters says once they have not changed for longer than they take to come. */
async function settled(read: () => string): Promise<string> {
  for (let text = read(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    if (countersIn(read()).join() === countersIn(text).join()) return text;
    text = read();
  }
}
