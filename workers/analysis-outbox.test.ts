import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { type LogNames, logNames } from '../schemas/subjects.ts';
import type { TcaMessage } from '../schemas/tca-message.ts';
import { analysisOf } from '../test/support/analyses.ts';
import { startNats, type TestNats } from '../test/support/nats.ts';
import { readStream } from '../test/support/streams.ts';
import { AnalysisOutbox } from './analysis-outbox.ts';

const PARTITIONS = [0, 1];
const OPTIONS = { partitions: PARTITIONS, modelHash: 'm' };
let nats: TestNats;
let nc: NatsConnection;
let names: LogNames;
let logs = 0;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

beforeEach(async () => {
  names = logNames(`outbox${++logs}`);
  await ensureLog(nc, names, PARTITIONS.length);
});

/** A shard that reads the first `messages` of its log, each with two analyses a partition. */
async function runShard(messages: number, modelHash = 'm', skip = 0): Promise<void> {
  const outbox = await AnalysisOutbox.open(nc, names, { partitions: PARTITIONS, modelHash });
  for (let sequence = 1; sequence <= messages; sequence++) {
    for (const partition of PARTITIONS) {
      for (let index = 0; index < (sequence === messages ? 2 - skip : 2); index++) {
        const analysis = analysisOf(`${partition}-${sequence}-${index}`);
        await outbox.put(partition, { sequence, index }, analysis);
      }
    }
  }
  await outbox.flush();
}

async function storedOrders(modelHash = 'm'): Promise<string[]> {
  const stored = await readStream<TcaMessage>(nc, names.tcaStream);
  return stored.filter((m) => m.modelHash === modelHash).map((m) => m.analysis.orderId);
}

/** As if the server had forgotten what it had lately, so that only the places help. */
async function forgetIds(): Promise<void> {
  const jsm = await jetstreamManager(nc);
  const { config } = await jsm.streams.info(names.tcaStream);
  await jsm.streams.update(names.tcaStream, { ...config, duplicate_window: 100e6 });
  await new Promise((resolve) => setTimeout(resolve, 400));
}

test('a message says its place, its model and the analysis', async () => {
  const outbox = await AnalysisOutbox.open(nc, names, OPTIONS);
  const analysis = analysisOf('o1');
  await outbox.put(1, { sequence: 7, index: 2 }, analysis);
  await outbox.flush();
  const wanted = { partition: 1, sequence: 7, index: 2, modelHash: 'm', analysis };
  expect(await readStream(nc, names.tcaStream)).toEqual([wanted]);
});

test('a shard that starts again, even within a message, puts each analysis once', async () => {
  await runShard(3, 'm', 1);
  await forgetIds();
  await runShard(2);
  await runShard(6);
  await runShard(6);
  const stored = await storedOrders();
  expect(stored).toHaveLength(24);
  expect(new Set(stored).size).toBe(24);
});

test('another model makes its records anew, and goes on with them', async () => {
  await runShard(2, 'old');
  await forgetIds();
  await runShard(1, 'new');
  await runShard(3, 'new');
  expect(await storedOrders('old')).toHaveLength(8);
  const anew = await storedOrders('new');
  expect(anew).toHaveLength(12);
  expect(new Set(anew).size).toBe(12);
});

test('two replicas at once keep one record of each', async () => {
  await Promise.all([runShard(20), runShard(20)]);
  expect(new Set(await storedOrders()).size).toBe(80);
  expect(await storedOrders()).toHaveLength(80);
});

test('a record that cannot be stored is an error for whoever put it', async () => {
  const lone = await connectNats(nats.url, 'test');
  const outbox = await AnalysisOutbox.open(lone, names, OPTIONS);
  await lone.close();
  await outbox.put(0, { sequence: 1, index: 0 }, analysisOf('o'));
  await expect(outbox.flush()).rejects.toMatchObject({ code: 'publishFailed' });
  const again = outbox.put(0, { sequence: 1, index: 1 }, analysisOf('o'));
  await expect(again).rejects.toMatchObject({ code: 'publishFailed' });
});

test('says when the log does not keep up, and when it has', async () => {
  let rooms = 0;
  const onRoom = () => rooms++;
  const outbox = await AnalysisOutbox.open(nc, names, { ...OPTIONS, onRoom });
  const puts: Promise<void>[] = [];
  for (let sequence = 1; !outbox.isFull; sequence++) {
    puts.push(outbox.put(0, { sequence, index: 0 }, analysisOf('o')));
  }
  expect(rooms).toBe(0);
  await Promise.all(puts);
  expect(outbox.isFull).toBe(false);
  expect(rooms).toBe(1);
  await outbox.flush();
  expect(await storedOrders()).toHaveLength(puts.length);
});
