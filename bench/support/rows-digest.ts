import { createHash } from 'node:crypto';
import { decode } from '../../schemas/codec.ts';
import type { SnapshotFrame, TopicRow } from '../../schemas/protocol.ts';

const FRAME_BYTES_MAX = 64 * 1024 * 1024;

/** Says in a few characters what rows by dealer say: equal for equal rows. */
export function rowsDigest(rows: ReadonlyMap<string, TopicRow>): string {
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

export function rowsOfSnapshot(snapshot: Uint8Array): Map<string, TopicRow> {
  const { rows } = decode(snapshot, FRAME_BYTES_MAX) as SnapshotFrame;
  return new Map(rows.map((row) => [row.dealerId, row]));
}

export const snapshotDigest = (snapshot: Uint8Array): string =>
  rowsDigest(rowsOfSnapshot(snapshot));
