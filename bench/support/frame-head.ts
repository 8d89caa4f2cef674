import { decode, encode } from '../../schemas/codec.ts';
import type { DeltaFrame, SnapshotFrame } from '../../schemas/protocol.ts';

/** What a snapshot or a delta says before its rows. */
export interface FrameHead {
  readonly isDelta: boolean;
  readonly topic: string;
  readonly seq: number;
  /** By partition: the last sequence that is in it. */
  readonly partitions: readonly number[];
}

const ROWS_KEY = Buffer.from(encode('rows'));

/**
 * The head of a snapshot or a delta, without decoding the rows, which take milliseconds; null for any
 * other frame. It relies on the rows being the last field, as the engine writes them.
 */
export function readFrameHead(frame: Buffer): FrameHead | null {
  const end = frame.indexOf(ROWS_KEY);
  if (end < 0) return null;
  // The first byte says how many fields there are.
  const bytes = Buffer.concat([Uint8Array.of(frame[0]! - 1), frame.subarray(1, end)]);
  const head = decode(bytes) as DeltaFrame | SnapshotFrame;
  const { topic, seq, position } = head;
  return { isDelta: head.type === 'delta', topic, seq, partitions: position.partitions };
}
