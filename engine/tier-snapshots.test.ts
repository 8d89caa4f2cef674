import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LogNames, logNames } from '../schemas/subjects.ts';
import { startNats, type TestNats } from '../test/support/nats.ts';
import type { TierSnapshot } from '../workers/tier-keeper.ts';
import { connectNats, ensureLog } from './platform/log.ts';
import { TierSnapshots } from './tier-snapshots.ts';

const DAY = 20_000;

let nats: TestNats;
let nc: NatsConnection;
let storeDir: string;
let names: LogNames;
let logs = 0;
let warnings: string[];

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
});

afterEach(() => rm(storeDir, { recursive: true, force: true }));

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-tier-snapshots-'));
  names = logNames(`tiers${logs++}`);
  warnings = [];
  await ensureLog(nc, names, 2);
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

async function open(modelHash = 'model', everyMs = 60_000): Promise<TierSnapshots> {
  const write = (line: string): void => void warnings.push((JSON.parse(line) as Line).msg);
  return await TierSnapshots.open({
    nc,
    names,
    partitions: 2,
    modelHash,
    settings: { storeDir, everyMs },
    logger: pino({ level: 'warn' }, { write }),
  });
}

interface Line {
  readonly msg: string;
}

const tiersAt = (...newest: number[]): TierSnapshot => ({
  tiers: new Map(),
  waiting: newest.map(() => []),
  newest,
  sequences: newest.map(() => 0),
  tsJudged: DAY,
});

async function filesOf(): Promise<string[]> {
  const found = await readdir(storeDir, { recursive: true });
  const files = found.filter((name) => name.endsWith('.snapshot')).sort();
  return files.map((name) => join(storeDir, name));
}

async function keepThrough(days: readonly number[]): Promise<void> {
  const snapshots = await open();
  for (const day of days) {
    for (const partition of [0, 1]) snapshots.took(partition, day);
    await snapshots.keep(tiersAt(day, day), async () => {});
  }
}

test('what is kept is found again, with the midnights of each partition', async () => {
  const snapshots = await open();
  expect(snapshots.found).toBeNull();
  snapshots.took(0, DAY);
  expect([snapshots.isNews, snapshots.isDue]).toEqual([true, true]);
  await snapshots.keep(tiersAt(DAY, -1), async () => {});
  expect(snapshots.isNews).toBe(false);
  const next = await open();
  expect(next.found).toEqual(tiersAt(DAY, -1));
  expect(next.frozenThrough(0)).toBe(DAY);
  expect(next.frozenThrough(1)).toBeLessThanOrEqual(0);
});

test('tiers are due as often as partitions are kept, and at least once a second', async () => {
  for (const [everyMs, isDue] of [
    [20, true],
    [60_000, false],
  ] as const) {
    const snapshots = await open('model', everyMs);
    snapshots.took(0, DAY);
    await snapshots.keep(tiersAt(DAY, -1), async () => {});
    snapshots.took(1, DAY);
    await delay(50);
    expect(snapshots.isDue).toBe(isDue);
  }
});

test('a midnight that comes while older ones are being kept is kept after them', async () => {
  const snapshots = await open();
  snapshots.took(0, DAY);
  // The tick that `tiers` is of did not have it yet.
  snapshots.took(1, DAY);
  await snapshots.keep(tiersAt(DAY, -1), async () => {});
  expect(snapshots.isNews).toBe(true);
  await snapshots.keep(tiersAt(DAY, DAY), async () => {});
  expect(snapshots.isNews).toBe(false);
});

test('tiers whose verdicts are not stored are not kept, and are tried again', async () => {
  const snapshots = await open();
  snapshots.took(0, DAY);
  await snapshots.keep(tiersAt(DAY, -1), () => Promise.reject(new Error('no room')));
  expect(await filesOf()).toEqual([]);
  expect(warnings).toEqual(['the tiers could not be kept']);
  expect(snapshots.isNews).toBe(true);
});

test('a damaged file is refused and removed, and the next older one is used', async () => {
  await keepThrough([DAY, DAY + 1]);
  const [older, newest] = await filesOf();
  const bytes = await readFile(newest!);
  bytes[60]! ^= 4;
  await writeFile(newest!, bytes);
  const snapshots = await open();
  expect([snapshots.frozenThrough(0), snapshots.frozenThrough(1)]).toEqual([DAY, DAY]);
  expect(warnings).toEqual([expect.stringContaining('its checksum is wrong')]);
  expect(await filesOf()).toEqual([older]);
});

test('tiers of a log that was made anew are refused and removed', async () => {
  await keepThrough([DAY]);
  const jsm = await jetstreamManager(nc);
  for (const partition of [0, 1, 'all'] as const) await jsm.streams.delete(names.stream(partition));
  await ensureLog(nc, names, 2);
  expect((await open()).found).toBeNull();
  expect(warnings).toEqual([expect.stringContaining('it is of another log')]);
  expect(await filesOf()).toEqual([]);
});

test('tiers that know midnights which the log has lost are refused, and older ones used', async () => {
  const snapshots = await open();
  snapshots.took(0, DAY);
  await snapshots.keep(tiersAt(DAY, -1), async () => {});
  snapshots.took(1, DAY);
  // No message is in the log.
  await snapshots.keep({ ...tiersAt(DAY, DAY), sequences: [0, 7] }, async () => {});
  expect((await open()).found).toEqual(tiersAt(DAY, -1));
  expect(warnings).toEqual([
    expect.stringContaining('it is at 7 of partition 1, the log ends at 0'),
  ]);
});

test('tiers of another model are not found, and those of a copied file refused', async () => {
  await keepThrough([DAY]);
  expect((await open('other')).found).toBeNull();
  const [file] = await filesOf();
  await writeFile(file!.replace('-model-', '-other-'), await readFile(file!));
  expect((await open('other')).found).toBeNull();
  expect(warnings).toEqual([expect.stringContaining('it is of another model')]);
  expect((await open()).found).toEqual(tiersAt(DAY, DAY));
});
