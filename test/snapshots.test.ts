import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { canonicalModel, DEFAULT_MODEL } from '../engine/scoring/model.ts';
import { TierSnapshots } from '../engine/tier-snapshots.ts';
import { Random } from '../feeds/sim/random.ts';
import { readOutputs } from '../reliability/support/log-outputs.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { type LogNames, logNames, type PartitionName } from '../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import {
  type PartitionedLog,
  publishLog,
  SIM_START,
  simulatePartitions,
} from './support/simulated-log.ts';

const PARTITIONS = 4;
const THREAD_KILLS = 8;
const OPTIONS = {
  seed: 11,
  days: 3,
  rfqsPerDay: 100,
  dealers: 25,
  instruments: 60,
  clockMinutes: 15,
};
const { log } = simulatePartitions(OPTIONS, PARTITIONS);

let nats: TestNats;
let nc: NatsConnection;
let storeDir: string;
let whole: string[];

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-snapshots-'));
  whole = await undisturbed();
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
  await rm(storeDir, { recursive: true, force: true });
});

async function startKept(names: LogNames, everyMs = 60_000): Promise<TestEngine> {
  await ensureLog(nc, names, PARTITIONS);
  const snapshots = await TierSnapshots.open({
    nc,
    names,
    partitions: PARTITIONS,
    modelHash: contentHash(canonicalModel(DEFAULT_MODEL)),
    settings: { storeDir, everyMs },
    logger: pino({ level: process.env.FIRSTCALL_TEST_LOG ?? 'silent' }),
  });
  return await startEngine(nats.url, names, { partitions: PARTITIONS, snapshots });
}

/** What happens in a part of the time. Cut at one time everywhere: partitions wait for the shared log. */
function part(from: number, to: number): PartitionedLog {
  const timeOf = (share: number) => SIM_START + share * OPTIONS.days * 86_400_000_000;
  const [after, end] = [
    from === 0 ? 0 : timeOf(from),
    to === 1 ? Number.POSITIVE_INFINITY : timeOf(to),
  ];
  const isIn = ({ tsEvent }: FirstcallEvent) => tsEvent >= after && tsEvent < end;
  return new Map([...log].map(([partition, events]) => [partition, events.filter(isIn)] as const));
}

/** Cut the same way each time, so that the sequences are the same. */
async function publishSlice(names: LogNames, n: number): Promise<void> {
  await publishLog(nc, names, part(n / THREAD_KILLS, (n + 1) / THREAD_KILLS), 20);
}

async function undisturbed(): Promise<string[]> {
  const { engine, close } = await startEngine(nats.url, logNames('whole'), {
    partitions: PARTITIONS,
  });
  for (let n = 0; n < THREAD_KILLS; n++) await publishSlice(logNames('whole'), n);
  const hashes = await settledHashes(engine);
  await close();
  return hashes;
}

/** Once everything that the log holds is applied. */
async function settledHashes(engine: TestEngine['engine']): Promise<string[]> {
  await until(() => engine.status().ready);
  let hashes = engine.stateHashes();
  for (let same = 0; same < 10; ) {
    await delay(50);
    const now = engine.stateHashes();
    same = now.join() === hashes.join() ? same + 1 : 0;
    hashes = now;
  }
  return hashes;
}

/** What a log no longer has cannot have been read: the engine went on from its snapshots. */
async function forgetBeginning(names: LogNames): Promise<void> {
  const jsm = await jetstreamManager(nc);
  for (const partition of [...Array(PARTITIONS).keys(), 'all'] as PartitionName[]) {
    const { state } = await jsm.streams.info(names.stream(partition));
    await jsm.streams.purge(names.stream(partition), { seq: state.last_seq });
  }
}

test('an engine goes on from its snapshots, with the same bits as one that read it all', async () => {
  const names = logNames('kept');
  const first = await startKept(names);
  await publishLog(nc, names, part(0, 0.5), 20);
  const before = await settledHashes(first.engine);
  await first.close();
  await forgetBeginning(names);
  const second = await startKept(names);
  expect(await settledHashes(second.engine)).toEqual(before);
  await publishLog(nc, names, part(0.5, 1), 20);
  expect(await settledHashes(second.engine)).toEqual(whole);
  await second.close();
});

test('a shard thread that is ended at any moment goes on from a snapshot, to the same bits', async () => {
  const names = logNames('threads');
  const { engine, close } = await startKept(names, 30);
  const random = new Random(5);
  for (let n = 0; n < THREAD_KILLS; n++) {
    await publishSlice(names, n);
    // Every other one while it may not have begun to run again.
    if (n % 2 === 0) await until(() => engine.status().ready);
    await delay(random.between(0, 500));
    const threads = engine.shardThreads;
    await threads[random.integer(0, threads.length - 1)]?.terminate();
  }
  expect(await settledHashes(engine)).toEqual(whole);
  await close();
  const again = await startKept(names);
  expect(await settledHashes(again.engine)).toEqual(whole);
  await again.close();
  const outputs = await readOutputs(nc, names);
  expect(outputs).toEqual(await readOutputs(nc, logNames('whole')));
  expect(outputs.analyses.length).toBeGreaterThan(50);
  expect(outputs.tiers.length).toBeGreaterThan(1);
});
