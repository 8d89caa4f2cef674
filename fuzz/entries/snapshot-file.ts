import { serialize } from 'node:v8';
import fc from 'fast-check';
import {
  readSnapshot,
  type SnapshotMeta,
  snapshotPieces,
  stateOf,
} from '../../engine/platform/snapshot-file.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { bytesOf, filledWith, mutated } from '../inputs/bytes.ts';

const META: SnapshotMeta = { identity: 'log', modelHash: 'model', frozenDays: [20_000] };

const whole = (state: unknown): Uint8Array =>
  Buffer.concat(snapshotPieces(META, serialize({ state })));
const rows = fc.record({ id: fc.string(), at: fc.integer(), sums: fc.float64Array() });
const samples = fc.array(rows).map((all) => whole(new Map(all.map((row) => [row.id, row]))));

/** Files that an engine finds in its own store, cut off or changed since. */
export const snapshotFile: FuzzEntry = {
  name: 'snapshot-file',
  about: 'snapshots of partitions and tiers, as an engine finds them',
  inputs: fc.oneof(samples, mutated(samples, [bytesOf('FCSNAP'), new Uint8Array(4).fill(255)])),
  bombs: [bytesOf('FCSNAP'), filledWith('FCSNAP'), filledWith('\0', 'FCSNAP\0\u0001')],
  open: () => ({ feed: takeSnapshot, close: () => {} }),
};

function takeSnapshot(input: Uint8Array): Outcome {
  const { meta, state } = readSnapshot(Buffer.from(input));
  const { state: rows } = stateOf<{ state: Map<string, object> }>(state);
  return { taken: [meta, rows.size] };
}
