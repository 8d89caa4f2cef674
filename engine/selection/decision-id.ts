import type { LogPosition, SelectRequest } from '../../schemas/selection.ts';
import { fnv1a32, fnv1a32Bytes } from '../../schemas/subjects.ts';

/** All that a decision depends on beside the order. */
export interface DecisionBasis {
  readonly modelHash: string;
  readonly rulesHash: string;
  readonly position: LogPosition;
  readonly degradedPartitions: readonly number[];
  /** Sequence of the newest dealer record. */
  readonly directory: number;
}

const encoder = new TextEncoder();

/** Of the newest decision: hundreds of bytes that change with the board alone. */
let kept: { readonly basis: DecisionBasis; readonly bytes: Uint8Array } | null = null;

/**
 * Names a decision by all that it depends on: 16 hexadecimal digits of two FNV-1a hashes. A name, not a
 * seal; what guards a decision against being changed is the audit log's own chain.
 */
export function decisionIdOf(order: SelectRequest, basis: DecisionBasis): string {
  const first = encode(JSON.stringify(order));
  const rest = bytesOf(basis);
  return hashOf('a[', first, rest) + hashOf('b[', first, rest);
}

/** Room for an order. */
let room = new Uint8Array(512);

/** The UTF-8 bytes of a text, until the next is encoded. */
function encode(text: string): Uint8Array {
  // No character takes more than three bytes.
  if (room.length < 3 * text.length) room = new Uint8Array(3 * text.length);
  return room.subarray(0, encoder.encodeInto(text, room).written);
}

function hashOf(prefix: string, first: Uint8Array, rest: Uint8Array): string {
  const hash = fnv1a32Bytes(rest, fnv1a32Bytes(first, fnv1a32(prefix)));
  return hash.toString(16).padStart(8, '0');
}

function bytesOf(basis: DecisionBasis): Uint8Array {
  if (kept === null || !isSame(kept.basis, basis)) {
    const { modelHash, rulesHash, position, degradedPartitions, directory } = basis;
    const parts = [[modelHash, rulesHash], position, degradedPartitions, directory];
    const text = parts.map((part) => `,${JSON.stringify(part)}`).join('');
    kept = { basis, bytes: encoder.encode(`${text}]`) };
  }
  return kept.bytes;
}

/** A position is compared as an object: none is ever changed. */
function isSame(a: DecisionBasis, b: DecisionBasis): boolean {
  return (
    a.position === b.position &&
    a.degradedPartitions.length === b.degradedPartitions.length &&
    a.degradedPartitions.every((partition, i) => partition === b.degradedPartitions[i]) &&
    a.directory === b.directory &&
    a.modelHash === b.modelHash &&
    a.rulesHash === b.rulesHash
  );
}
