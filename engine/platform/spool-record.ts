import { crc32 } from 'node:zlib';
import { decode, encode, MAX_MESSAGE_BYTES } from '../../schemas/codec.ts';
import type { OutboundMessage } from './publish-lane.ts';

/** A message and the stream it goes to. */
export interface SpooledMessage {
  readonly stream: string;
  readonly message: OutboundMessage;
}

/** First bytes of a spool file. */
export const SPOOL_MAGIC = Buffer.from('FCSPOOL1');
/** Length of the body, CRC-32 of the length, CRC-32 of the body: unsigned, little-endian. */
const HEADER_BYTES = 12;
/** A message and what stands beside it. */
const BODY_BYTES_MAX = MAX_MESSAGE_BYTES + 4_096;

/** What stands at an offset of a spool file. */
export type SpoolEntry =
  | { readonly kind: 'record'; readonly next: number; readonly spooled: SpooledMessage }
  /** The file ends before the record does: it was being written when the process was killed. */
  | { readonly kind: 'torn' }
  /** It is not what was written. `next`: where the next record begins; null if that is not known. */
  | { readonly kind: 'damaged'; readonly next: number | null };

/** Reads `length` bytes from an offset, fewer at the end of the file, into a buffer of their own. */
export type ReadBytes = (offset: number, length: number) => Buffer;

export function encodeSpoolRecord({ stream, message }: SpooledMessage): Buffer {
  const { subject, messageId, eventCount, bytes } = message;
  const body = encode([stream, subject, messageId, eventCount, bytes]);
  const record = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  record.writeUInt32LE(body.length, 0);
  record.writeUInt32LE(crc32(record.subarray(0, 4)), 4);
  record.writeUInt32LE(crc32(body), 8);
  record.set(body, HEADER_BYTES);
  return record;
}

/**
 * Reads the record at an offset before the end of the file. The length has a checksum of its own: a
 * length that is wrong must not make what follows look like a record that was cut off.
 */
export function readSpoolEntry(read: ReadBytes, offset: number): SpoolEntry {
  const header = read(offset, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return { kind: 'torn' };
  const length = header.readUInt32LE(0);
  const isLength = crc32(header.subarray(0, 4)) === header.readUInt32LE(4);
  if (!isLength || length > BODY_BYTES_MAX) return { kind: 'damaged', next: null };
  const body = read(offset + HEADER_BYTES, length);
  if (body.length < length) return { kind: 'torn' };
  const next = offset + HEADER_BYTES + length;
  if (crc32(body) !== header.readUInt32LE(8)) return { kind: 'damaged', next };
  const values = decode(body, BODY_BYTES_MAX) as [string, string, string, number, Uint8Array];
  const [stream, subject, messageId, eventCount, { buffer, byteOffset, byteLength }] = values;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return {
    kind: 'record',
    next,
    spooled: { stream, message: { subject, bytes, messageId, eventCount } },
  };
}

/** What a whole file holds. */
export interface SpoolScan {
  /** [begin, end] of each whole record. */
  readonly whole: ReadonlyArray<readonly [number, number]>;
  readonly tornBytes: number;
  /** Everything behind a record without a length counts as one. */
  readonly damaged: number;
}

/** Looks at every record of a file of `size` bytes. */
export function scanSpool(read: ReadBytes, size: number): SpoolScan {
  const magic = read(0, SPOOL_MAGIC.length);
  if (!magic.equals(SPOOL_MAGIC.subarray(0, magic.length))) {
    return { whole: [], tornBytes: 0, damaged: 1 };
  }
  const whole: Array<readonly [number, number]> = [];
  let damaged = 0;
  let offset: number = magic.length;
  while (offset < size) {
    const entry = readSpoolEntry(read, offset);
    if (entry.kind === 'torn') return { whole, tornBytes: size - offset, damaged };
    if (entry.kind === 'record') whole.push([offset, entry.next]);
    else damaged += 1;
    if (entry.next === null) break;
    offset = entry.next;
  }
  return { whole, tornBytes: 0, damaged };
}
