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
import { type LogNames, logNames, type PartitionName } from '../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { type PartitionedLog, publishLog, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 4;
const OPTIONS = { seed: 11, days: 3, rfqsPerDay: 300, dealers: 25, instruments: 60 };
const { log } = simulatePartitions(OPTIONS, PARTITIONS);

let nats: TestNats;
let nc: NatsConnection;
let storeDir: string;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-snapshots-'));
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

/** The first or the last part of every partition's events. */
function part(from: number, to: number): PartitionedLog {
  return new Map(
    [...log].map(([partition, events]) => [
      partition,
      events.slice(Math.floor(from * events.length), Math.floor(to * events.length)),
    ]),
  );
}

async function undisturbed(): Promise<string[]> {
  const { engine, close } = await startEngine(nats.url, logNames('whole'), {
    partitions: PARTITIONS,
  });
  await publishLog(nc, logNames('whole'), log, 20);
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
  const whole = await undisturbed();
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
