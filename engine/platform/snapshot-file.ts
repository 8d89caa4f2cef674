import { createHash } from 'node:crypto';
import { deserialize } from 'node:v8';
import { FirstcallError } from '../../schemas/errors.ts';

/**
 * Raised whenever a snapshot's state changes its shape or its meaning: an older file is then passed
 * over, and the log is read instead.
 */
export const SNAPSHOT_FORMAT = 3;

/** What a snapshot is of. */
export interface SnapshotMeta {
  /** Which log: as `logIdentity` says it. */
  readonly identity: string;
  readonly modelHash: string;
  /** The newest midnight, in days, that is in it: of a partition its own, of the tiers that of each. */
  readonly frozenDays: readonly number[];
}

/** A snapshot of one partition. */
export interface PartitionMeta extends SnapshotMeta {
  /** Last sequence of its stream that is in the state. */
  readonly sequence: number;
  /** Last sequence of the log that all partitions share that is in the benchmarks. */
  readonly allSequence: number;
  /** When the log took those two messages, epoch milliseconds: others may have taken their places. */
  readonly loggedMs: readonly [own: number, all: number];
  /** The earliest time that the partition may still ask a benchmark for. */
  readonly tsNeeded: number;
  /** The earliest time of which the benchmarks are all there. */
  readonly tsKept: number;
}

const MAGIC = Buffer.from('FCSNAP');
const HASH_BYTES = 32;
/** Magic, two bytes of format, hash; everything behind it is hashed. */
const HASHED_FROM = MAGIC.length + 2 + HASH_BYTES;
const LENGTH_BYTES = 4;

/** The bytes of a file, in pieces: a head, what is known of the state without reading it, the state. */
export function snapshotPieces(meta: SnapshotMeta, state: Uint8Array): Uint8Array[] {
  const described = Buffer.from(JSON.stringify(meta));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(described.length);
  const hash = createHash('sha256').update(length).update(described).update(state).digest();
  const format = Buffer.alloc(2);
  format.writeUInt16BE(SNAPSHOT_FORMAT);
  return [Buffer.concat([MAGIC, format, hash, length, described]), state];
}

/** Throws FirstcallError `badSnapshot`, in words, for anything that is not whole and of this format. */
export function readSnapshot<Meta extends SnapshotMeta>(
  bytes: Buffer,
): { readonly meta: Meta; readonly state: Uint8Array } {
  if (bytes.length < HASHED_FROM + LENGTH_BYTES) throw bad(`only ${bytes.length} bytes`);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw bad('not a snapshot');
  const format = bytes.readUInt16BE(MAGIC.length);
  if (format !== SNAPSHOT_FORMAT) throw bad(`format ${format}, not ${SNAPSHOT_FORMAT}`);
  const hash = bytes.subarray(MAGIC.length + 2, HASHED_FROM);
  const hashed = bytes.subarray(HASHED_FROM);
  if (!createHash('sha256').update(hashed).digest().equals(hash)) {
    throw bad('its checksum is wrong: it was cut off or changed');
  }
  const end = LENGTH_BYTES + hashed.readUInt32BE(0);
  const meta = JSON.parse(hashed.toString('utf8', LENGTH_BYTES, end)) as Meta;
  return { meta, state: hashed.subarray(end) };
}

/**
 * The state as it was serialized. Throws FirstcallError `badSnapshot` when this Node cannot read what
 * another one wrote: V8 reads older formats than its own, not newer ones.
 */
export function stateOf<State>(bytes: Uint8Array): State {
  try {
    return deserialize(bytes) as State;
  } catch (cause) {
    throw bad(`Node ${process.version} cannot read its state: ${(cause as Error).message}`, cause);
  }
}

const bad = (why: string, cause?: unknown) => new FirstcallError('badSnapshot', why, { cause });
