import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { launchNatsServer, type NatsServer } from '../engine/platform/nats-server.ts';
import { type PartitionMeta, readSnapshot } from '../engine/platform/snapshot-file.ts';
import { readOutputs } from '../reliability/support/log-outputs.ts';
import { metricOf, readWithEngine } from '../reliability/support/read-engine.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { InstrumentId } from '../schemas/ids.ts';
import { type LogNames, logNames, type PartitionName, partitionOf } from '../schemas/subjects.ts';
import { startEngine, until } from './support/engine.ts';
import { publishLog, SIM_START, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 2;
const DAYS = 4;
const { log } = simulatePartitions(
  { seed: 12, days: DAYS, rfqsPerDay: 40, dealers: 12, instruments: 15, clockMinutes: 30 },
  PARTITIONS,
);
const PARTS = 3;
const STREAMS: readonly PartitionName[] = [0, 1, 'all'];

let natsDir: string;
let nats: NatsServer;
let nc: NatsConnection;
let scratch: string;
let whole: Awaited<ReturnType<typeof read>>;

beforeAll(async () => {
  natsDir = await mkdtemp(join(tmpdir(), 'firstcall-recovery-nats-'));
  scratch = await mkdtemp(join(tmpdir(), 'firstcall-recovery-'));
  nats = await launchNatsServer({ storeDir: natsDir });
  nc = await connectNats(nats.url, 'test');
  await makeLog('whole');
  for (let n = 0; n < PARTS; n++) await publish(logNames('whole'), n);
  whole = await read('whole', null);
  await makeLog('kept');
  for (let n = 0; n < PARTS; n++) {
    await publish(kept, n);
    await read('kept', keptDir());
  }
}, 120_000);

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
  for (const dir of [natsDir, scratch]) await rm(dir, { recursive: true, force: true });
});

async function makeLog(name: string): Promise<LogNames> {
  const names = logNames(name);
  await ensureLog(nc, names, PARTITIONS);
  return names;
}

/**
 * What happens in the n-th part of the time, and an event that no validator takes. Cut at the same
 * time everywhere: a partition waits for the log that all share.
 */
async function publish(names: LogNames, n: number): Promise<void> {
  const ends = [0, 1, 2].map((k) => SIM_START + (k * DAYS * 86_400_000_000) / PARTS);
  const partOf = (event: FirstcallEvent) => ends.findLastIndex((end) => event.tsEvent >= end);
  const part = new Map(
    [...log].map(([p, events]) => [p, events.filter((e) => Math.max(0, partOf(e)) === n)] as const),
  );
  const instrumentId = `BAD-${n}` as InstrumentId;
  const bad = { kind: 'tick', id: `invalid-${n}`, tsEvent: ends[n], instrumentId, mid: -1 };
  part.get(partitionOf(instrumentId, PARTITIONS))!.push(bad as FirstcallEvent);
  await publishLog(nc, names, part, 20);
}

/** What an engine comes to that reads the log, on its snapshots in `storeDir` and leaving newer ones there. */
async function read(name: string, storeDir: string | null) {
  return await readWithEngine({ natsUrl: nats.url, log: name, partitions: PARTITIONS, storeDir });
}

/** A log of which every part was read and kept, by an engine that was stopped after each. */
const kept = logNames('kept');
const keptDir = () => join(scratch, 'kept');

/** What was kept of it, to be damaged. */
async function copyKept(name: string): Promise<string> {
  const storeDir = join(scratch, name);
  await cp(keptDir(), storeDir, { recursive: true });
  return storeDir;
}

async function filesOf(storeDir: string, thing = ''): Promise<string[]> {
  const found = (await readdir(storeDir, { recursive: true })).sort();
  return found
    .filter((file) => file.endsWith('.snapshot') && basename(file).startsWith(thing))
    .map((file) => join(storeDir, file));
}

async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 16;
  await writeFile(file, bytes);
}

async function purge(names: LogNames, through: ReadonlyMap<PartitionName, number>): Promise<void> {
  const jsm = await jetstreamManager(nc);
  for (const [partition, sequence] of through) {
    await jsm.streams.purge(names.stream(partition), { seq: sequence + 1 });
  }
}

function expectSame(other: typeof whole): void {
  expect(other.stateHashes).toEqual(whole.stateHashes);
  expect(other.merged).toEqual(whole.merged);
  expect(other.tsTiers).toBe(whole.tsTiers);
  for (const name of ['events_applied_total', 'dead_letters_total']) {
    expect(metricOf(other.metrics, name)).toBe(metricOf(whole.metrics, name));
  }
}

test('an engine that was stopped twice has written and counted everything once', async () => {
  const other = await read('kept', await copyKept('once'));
  expectSame(other);
  expect(other.warnings).toEqual([]);
  expect(whole.tsTiers).toBeGreaterThan(0);
  expect(metricOf(other.metrics, 'dead_letters_total')).toBe(PARTS);
  const outputs = await readOutputs(nc, kept);
  expect(outputs).toEqual(await readOutputs(nc, logNames('whole')));
  expect(outputs.deadLetters).toHaveLength(PARTS);
  expect(outputs.analyses.length).toBeGreaterThan(20);
  expect(outputs.tiers.length).toBeGreaterThan(1);
});

test('all are damaged: the log is read from its beginning, and kept anew', async () => {
  const storeDir = await copyKept('ruined');
  const files = await filesOf(storeDir);
  expect(files.length).toBeGreaterThan(PARTS * PARTITIONS);
  for (const file of files) await damage(file);
  const other = await read('kept', storeDir);
  expectSame(other);
  expect(other.warnings).toHaveLength(files.length);
  expect(await filesOf(storeDir, 'p')).toHaveLength(PARTITIONS);
  expect(await readOutputs(nc, kept)).toEqual(await readOutputs(nc, logNames('whole')));
});

test('the newest are damaged: the older ones are used, as a log without its beginning shows', async () => {
  const storeDir = await copyKept('damaged');
  const needed = new Map<PartitionName, number>();
  for (const partition of [0, 1]) {
    const [, older, newest] = await filesOf(storeDir, `p${partition}-`);
    await damage(newest!);
    const { meta } = readSnapshot<PartitionMeta>(await readFile(older!));
    needed.set(partition, meta.sequence);
    needed.set('all', Math.min(meta.allSequence, needed.get('all') ?? Number.POSITIVE_INFINITY));
  }
  await purge(kept, needed);
  const other = await read('kept', storeDir);
  expectSame(other);
  expect(other.warnings).toHaveLength(2);
  for (const warning of other.warnings) expect(warning).toContain('checksum is wrong');
});

test('a log that was deleted and made anew under the same name is read from its beginning', async () => {
  const storeDir = await copyKept('anew');
  const files = await filesOf(storeDir);
  const jsm = await jetstreamManager(nc);
  for (const partition of STREAMS) await jsm.streams.delete(kept.stream(partition));
  await makeLog('kept');
  for (let n = 0; n < PARTS; n++) await publish(kept, n);
  const other = await read('kept', storeDir);
  expectSame(other);
  expect(other.warnings).toHaveLength(files.length);
  for (const warning of other.warnings) expect(warning).toContain('it is of another log');
});

test('a log that begins later than any snapshot is refused, and the engine is not ready', async () => {
  const names = await makeLog('truncated');
  for (let n = 0; n < PARTS; n++) await publish(names, n);
  await purge(names, new Map(STREAMS.map((partition) => [partition, 10])));
  const errors: { msg: string }[] = [];
  const write = (line: string): void => void errors.push(JSON.parse(line));
  const { engine, close } = await startEngine(nats.url, names, {
    partitions: PARTITIONS,
    logger: pino({ level: 'error' }, { write }),
  });
  await until(() => errors.length >= 2);
  expect(errors[0]!.msg).toContain('begins at sequence 11: scores need it from 1');
  const { ready, degradedPartitions, reasons } = engine.status();
  expect({ ready, degradedPartitions }).toEqual({ ready: false, degradedPartitions: [0, 1] });
  expect(reasons.join()).toContain('begins at sequence 11');
  await close();
});

test('a log that lost its end in a power cut, and has gone on otherwise, is read as it is', async () => {
  const names = await makeLog('cut');
  const storeDir = join(scratch, 'cut');
  await publish(names, 0);
  await nats.stop();
  // The disk as it is found after the power cut.
  const disk = join(scratch, 'disk');
  await cp(natsDir, disk, { recursive: true });
  await restartNats();
  await publish(names, 1);
  await read('cut', storeDir);
  await nats.stop();
  await rm(natsDir, { recursive: true });
  await cp(disk, natsDir, { recursive: true });
  await restartNats();
  await publish(names, 2);
  await publish(names, 1);
  const other = await read('cut', storeDir);
  expect(other.stateHashes).toEqual((await read('cut', null)).stateHashes);
  expect(other.warnings).toHaveLength(PARTITIONS);
  for (const warning of other.warnings) expect(warning).toMatch(/is not the one that was read/);
});

async function restartNats(): Promise<void> {
  const port = Number(new URL(nats.url).port);
  nats = await launchNatsServer({ storeDir: natsDir, port });
  await until(async () => {
    try {
      await nc.flush();
      await (await jetstreamManager(nc)).getAccountInfo();
      return true;
    } catch {
      return false;
    }
  });
}
