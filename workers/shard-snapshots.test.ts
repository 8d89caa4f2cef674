import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import { aftermath, clock, rfqOfFour } from '../engine/lifecycle/test-log.ts';
import type { LogExtent } from '../engine/platform/log-streams.ts';
import { type PartitionMeta, readSnapshot } from '../engine/platform/snapshot-file.ts';
import { findNewest, SnapshotFolder } from '../engine/platform/snapshot-folder.ts';
import { createBoard, PARTITION_SHAPE } from '../engine/scoreboard/board.ts';
import { boardState } from '../engine/scoreboard/board-digest.ts';
import { DEFAULT_MODEL } from '../engine/scoring/model.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import { PartitionHost } from './partition-host.ts';
import { ShardSnapshots, type ShardSnapshotsOptions } from './shard-snapshots.ts';

const SHAPE = { ...PARTITION_SHAPE, rows: 1_024, cells: 65_536, nameBytes: 65_536 };
/** One event a message; midnight is passed after the last of them. */
const EVENTS: readonly FirstcallEvent[] = [...rfqOfFour, ...aftermath, clock(2 * 86_400)];
const EXTENT: LogExtent = {
  identity: 'this log',
  of: new Map<PartitionName, { first: number; last: number }>([
    [0, { first: 1, last: EVENTS.length }],
    ['all', { first: 1, last: 5 }],
  ]),
};
const ALL_SEQUENCE = 4;

/** When the log took a message. */
const loggedMs = (sequence: number): number => 1_800_000_000_000 + 10 * sequence;

let storeDir: string;
let folder: SnapshotFolder;
let refused: string[];

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-shard-snapshots-'));
  folder = new SnapshotFolder(storeDir, '', 'model');
  refused = [];
});

afterEach(() => rm(storeDir, { recursive: true, force: true }));

function snapshots(changes: Partial<ShardSnapshotsOptions> = {}): ShardSnapshots {
  return new ShardSnapshots({
    folder,
    modelHash: 'model',
    extent: EXTENT,
    frozenThrough: () => Number.POSITIVE_INFINITY,
    loggedMs: async (_, sequence) => loggedMs(sequence),
    onRefused: (_, reason) => refused.push(reason),
    ...changes,
  });
}

function newKeeper(): ShardSnapshots {
  const keeper = snapshots();
  keeper.noteTaken('all', ALL_SEQUENCE, loggedMs(ALL_SEQUENCE));
  return keeper;
}

function newHost(keeper = newKeeper()) {
  const board = createBoard(SHAPE);
  const benchmarks = new BenchmarkBook(DEFAULT_MODEL);
  const host = new PartitionHost(0, board, benchmarks, DEFAULT_MODEL);
  const takeThrough = (last: number): void => {
    for (let seq = host.sequence + 1; seq <= last; seq++) {
      keeper.noteTaken(0, seq, loggedMs(seq));
      host.take(seq, [EVENTS[seq - 1]!], 0);
    }
  };
  const state = (): readonly string[] => {
    host.publish(1);
    return boardState(board).lines;
  };
  return { host, benchmarks, takeThrough, state };
}

/** Reads the log and keeps what it is at each of some sequences. */
async function keepAt(sequences: readonly number[]): Promise<void> {
  const keeper = newKeeper();
  const { host, benchmarks, takeThrough } = newHost(keeper);
  for (const sequence of sequences) {
    takeThrough(sequence);
    expect(await keeper.keep(host, benchmarks, ALL_SEQUENCE, async () => {})).toBe(true);
  }
}

/** A host that goes on from what is kept: where it begins, and what it comes to. */
async function goOn(changes: Partial<ShardSnapshotsOptions> = {}) {
  const { host, benchmarks, takeThrough, state } = newHost();
  const allSequence = await snapshots(changes).restore([host], benchmarks);
  const from = host.sequence;
  takeThrough(EVENTS.length);
  return { from, allSequence, state: state() };
}

function uninterrupted(): readonly string[] {
  const { takeThrough, state } = newHost();
  takeThrough(EVENTS.length);
  return state();
}

const extentWith = (own: { first: number; last: number }): LogExtent => ({
  ...EXTENT,
  of: new Map([...EXTENT.of, [0, own]]),
});

/** Writes the newest snapshot again, with something else in it. */
async function rewrite(change: (meta: PartitionMeta, state: Uint8Array) => [object, Uint8Array]) {
  const [newest] = await folder.list('p0');
  const { meta, state } = readSnapshot<PartitionMeta>(await readFile(newest!));
  const [metaChanges, newState] = change(meta, state);
  await folder.write('p0', meta.sequence, { ...meta, ...metaChanges }, newState);
}

async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(path, bytes);
}

test('at every place of a log a host goes on with the bits of one that was not interrupted', async () => {
  const whole = uninterrupted();
  expect(whole.length).toBeGreaterThan(5);
  for (let at = 1; at < EVENTS.length; at++) {
    await keepAt([at]);
    expect(await goOn()).toEqual({ from: at, allSequence: ALL_SEQUENCE, state: whole });
  }
  expect(refused).toEqual([]);
});

test('the newest three are kept, and a host that has nothing new keeps nothing', async () => {
  const keeper = newKeeper();
  const { host, benchmarks, takeThrough } = newHost(keeper);
  const keep = () => keeper.keep(host, benchmarks, ALL_SEQUENCE, async () => {});
  expect(await keep()).toBe(false);
  for (const sequence of [2, 4, 6, 8]) {
    takeThrough(sequence);
    expect(await keep()).toBe(true);
    expect(await keep()).toBe(false);
  }
  const names = (await readdir(folder.path)).sort();
  expect(names.map((name) => Number(name.slice(3, -'.snapshot'.length)))).toEqual([4, 6, 8]);
});

test('a snapshot is written once what it has led to elsewhere is stored, and not when that fails', async () => {
  const keeper = newKeeper();
  const { host, benchmarks, takeThrough } = newHost(keeper);
  takeThrough(5);
  const refuse = () => Promise.reject(new Error('the log takes no more'));
  await expect(keeper.keep(host, benchmarks, ALL_SEQUENCE, refuse)).rejects.toThrow('no more');
  expect(await readdir(folder.path)).toEqual([]);
  expect(await keeper.keep(host, benchmarks, ALL_SEQUENCE, async () => {})).toBe(true);
});

test('a damaged one is refused and removed, and the next older one is used', async () => {
  await keepAt([3, 6, 9]);
  const [newest, older] = await folder.list('p0');
  await damage(newest!);
  expect(await goOn()).toEqual({ from: 6, allSequence: ALL_SEQUENCE, state: uninterrupted() });
  expect(refused).toEqual(['its checksum is wrong: it was cut off or changed']);
  expect(await folder.list('p0')).toEqual([older, expect.anything()]);
});

test('where all are damaged the log is read from its beginning', async () => {
  await keepAt([3, 6, 9]);
  for (const path of await folder.list('p0')) await damage(path);
  expect(await goOn()).toEqual({ from: 0, allSequence: 0, state: uninterrupted() });
  expect(refused).toHaveLength(3);
  expect(await folder.list('p0')).toEqual([]);
});

test.each<[why: string, changes: Partial<ShardSnapshotsOptions>, reason: string]>([
  ['another log', { extent: { ...EXTENT, identity: 'made anew' } }, 'it is of another log'],
  ['another model', { modelHash: 'other' }, 'it is of another model'],
  [
    'what the log has lost',
    { extent: extentWith({ first: 1, last: 8 }) },
    'it is at 9 and 4, the log ends at 8 and 5',
  ],
  [
    'what the shared log has lost',
    { extent: { ...EXTENT, of: new Map([...EXTENT.of, ['all', { first: 1, last: 3 }]]) } },
    `it is at 9 and 4, the log ends at ${EVENTS.length} and 3`,
  ],
  [
    'a message that the log has lost, and has another one for',
    { loggedMs: async (partition, at) => (partition === 0 ? loggedMs(at) + 5_000 : loggedMs(at)) },
    'message 9 of 0 is not the one that was read: the log has lost its end',
  ],
  [
    'a message that the shared log has another one for',
    { loggedMs: async (partition, at) => (partition === 'all' ? loggedMs(at) - 2 : loggedMs(at)) },
    'message 4 of all is not the one that was read: the log has lost its end',
  ],
  [
    'a log whose beginning is gone',
    { extent: extentWith({ first: 11, last: EVENTS.length }) },
    'it is at 9, the log begins at 11',
  ],
])('a snapshot of %s is refused with the reason, and removed', async (_, changes, reason) => {
  await keepAt([9]);
  expect(await goOn(changes)).toMatchObject({ from: 0, allSequence: 0 });
  expect(refused).toEqual([reason]);
  expect(await folder.list('p0')).toEqual([]);
});

test('messages that are purged, and times a millisecond off, are no reason to refuse', async () => {
  await keepAt([9]);
  expect(await goOn({ loggedMs: async () => null })).toMatchObject({ from: 9 });
  expect(await goOn({ loggedMs: async (_, at) => loggedMs(at) + 1 })).toMatchObject({ from: 9 });
  const purged = extentWith({ first: 10, last: EVENTS.length });
  const never = { loggedMs: () => Promise.reject(new Error('asked for what is gone')) };
  const all = ['all', { first: 5, last: 5 }] as const;
  const extent = { ...purged, of: new Map([...purged.of, all]) };
  expect(await goOn({ extent, ...never })).toMatchObject({ from: 9 });
});

test('a midnight that the keeper of tiers does not have would never be told again', async () => {
  await keepAt([9, EVENTS.length]);
  const [newest] = await folder.list('p0');
  const { meta } = readSnapshot(await readFile(newest!));
  const [day] = meta.frozenDays;
  expect(await goOn({ frozenThrough: () => day! - 1 })).toMatchObject({ from: 9 });
  expect(refused).toEqual(['tiers are not kept up to its last midnight']);
  expect(await folder.list('p0')).toHaveLength(1);
  await keepAt([EVENTS.length]);
  expect(await goOn({ frozenThrough: () => day! })).toMatchObject({ from: EVENTS.length });
});

test('a state that this version of Node cannot read is refused as a damaged one is', async () => {
  await keepAt([6, 9]);
  await rewrite((_, state) => {
    const other = Buffer.from(state);
    // What V8 writes begins with 0xff and the version of its format.
    other[1] = 0xfe;
    return [{}, other];
  });
  expect(await goOn()).toMatchObject({ from: 6, state: uninterrupted() });
  expect(refused).toEqual([expect.stringContaining('cannot read its state')]);
});

test('a file that was not finished is not used, and cleared away once it is old', async () => {
  await keepAt([6]);
  const name = `p0-${'9'.padStart(16, '0')}.snapshot.0.unfinished`;
  const [newest] = await folder.list('p0');
  await writeFile(join(folder.path, name), (await readFile(newest!)).subarray(0, 100));
  expect(await goOn()).toMatchObject({ from: 6 });
  expect(refused).toEqual([]);
  new SnapshotFolder(storeDir, '', 'model');
  expect(await readdir(folder.path)).toContain(name);
  const hourAgo = new Date(Date.now() - 3_600_000);
  await utimes(join(folder.path, name), hourAgo, hourAgo);
  new SnapshotFolder(storeDir, '', 'model');
  expect(await readdir(folder.path)).not.toContain(name);
});

test('one that another engine forgets meanwhile is passed over', async () => {
  await keepAt([6, 9]);
  const found = await findNewest(
    folder,
    'p0',
    (bytes) => {
      if (readSnapshot<PartitionMeta>(bytes).meta.sequence === 6) return 6;
      throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    },
    (_, reason) => refused.push(reason),
  );
  expect(found).toBe(6);
  expect(refused).toEqual([]);
});
