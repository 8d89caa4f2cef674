import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { readSnapshot, SNAPSHOT_FORMAT } from '../engine/platform/snapshot-file.ts';
import { SnapshotFolder } from '../engine/platform/snapshot-folder.ts';
import { createBoard, PARTITION_SHAPE } from '../engine/scoreboard/board.ts';
import { DEFAULT_MODEL } from '../engine/scoring/model.ts';
import { PartitionHost } from '../workers/partition-host.ts';
import { ShardSnapshots } from '../workers/shard-snapshots.ts';
import { type FrozenSums, TierKeeper } from '../workers/tier-keeper.ts';
import { simulatePartitions } from './support/simulated-log.ts';

/**
 * By SNAPSHOT_FORMAT: the shape of what a fixed log leads to. An engine that is updated restores what
 * the older one has kept, and would take a state of another shape for its own.
 */
const SHAPES: Readonly<Record<number, string>> = {
  1: '097da4a7b4c5e1c2',
  2: '93b457709581735a',
  3: 'e47f7469c05c816a',
};

const log = simulatePartitions(
  { seed: 31, days: 3, rfqsPerDay: 60, dealers: 8, instruments: 10, clockMinutes: 30 },
  1,
).log;

/** What a shard keeps of the log, halfway through a day, with the extremes of every book in it. */
async function keptState(): Promise<{ partition: unknown; tiers: unknown }> {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-shape-'));
  try {
    const benchmarks = new BenchmarkBook(DEFAULT_MODEL);
    const frozen: FrozenSums[] = [];
    const board = createBoard({ ...PARTITION_SHAPE, rows: 16_384 });
    const listener = { frozen: (sums: FrozenSums) => void frozen.push(sums) };
    const host = new PartitionHost(0, board, benchmarks, DEFAULT_MODEL, listener);
    for (const event of log.get('all')!) benchmarks.accept(event, 0);
    const folder = new SnapshotFolder(storeDir, '', 'model');
    const extent = { identity: '', of: new Map() };
    const [modelHash, frozenThrough] = ['model', () => 0];
    const loggedMs = async () => null;
    const onRefused = () => {};
    const options = { folder, modelHash, extent, frozenThrough, loggedMs, onRefused };
    const keeper = new ShardSnapshots(options);
    const events = log.get(0)!;
    host.take(1, events.slice(0, Math.floor(events.length * 0.52)), 0);
    keeper.noteTaken(0, 1, 0);
    expect(await keeper.keep(host, benchmarks, 0, async () => {})).toBe(true);
    const [file] = await folder.list('p0');
    const partition = deserialize(readSnapshot(await readFile(file!)).state);
    const tiers = new TierKeeper(DEFAULT_MODEL, 2);
    for (const sums of frozen) tiers.take(sums);
    for (const sums of frozen.slice(0, 1)) tiers.take({ ...sums, partition: 1 });
    tiers.judge();
    return { partition, tiers: deserialize(serialize(tiers.snapshot())) };
  } finally {
    await rm(storeDir, { recursive: true, force: true });
  }
}

/** Every path of a value with the types that stand there: `[]` is any element of an array, `{}` any of a map or set. */
function shapeOf(root: unknown): string[] {
  const types = new Map<string, Set<string>>();
  const seen = new Map<string, Set<unknown>>();
  const todo: [string, unknown][] = [['', root]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [path, value] = next;
    const known = types.get(path) ?? new Set<string>();
    types.set(path, known.add(typeOf(value)));
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
    // An object is looked at once for each kind that leads to it, however long the way.
    const kind = path.replace(/^.*\.(?=[^.]+\.[^.]+$)/, '');
    const looked = seen.get(kind) ?? new Set<unknown>();
    seen.set(kind, looked);
    if (looked.has(value) || path.split('.').length > DEPTH_MAX) continue;
    looked.add(value);
    for (const [step, child] of childrenOf(value)) todo.push([path + step, child]);
  }
  return [...types].map(([path, at]) => `${path}: ${[...at].sort().join(' | ')}`).sort();
}

/** Events have what their feeds put in: they are described by their schemas, not here. */
const DEPTH_MAX = 9;

function* childrenOf(value: object): Generator<[string, unknown]> {
  if (Array.isArray(value)) {
    for (const element of value) yield ['[]', element];
  } else if (value instanceof Set) {
    for (const element of value) yield ['{}', element];
  } else if (value instanceof Map) {
    for (const [key, element] of value) {
      yield ['{key}', key];
      yield ['{}', element];
    }
  } else if (!('kind' in value && 'tsEvent' in value)) {
    for (const [name, child] of Object.entries(value)) yield [`.${name}`, child];
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value;
}

test('the state that snapshots hold has the shape of its format', async () => {
  const shape = shapeOf(await keptState());
  if (process.env.FIRSTCALL_PRINT_SHAPE) console.log(shape.join('\n'));
  expect(shape.length).toBeGreaterThan(100);
  expect(
    contentHash(shape.join('\n')),
    'the state of snapshots has another shape: raise SNAPSHOT_FORMAT in engine/platform/snapshot-file.ts, ' +
      'so that older files are passed over, and pin the new shape here under the new format ' +
      '(where only the simulated market has changed, pin it under the old one)',
  ).toBe(SHAPES[SNAPSHOT_FORMAT]);
});
