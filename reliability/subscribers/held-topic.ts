import { rowsDigest, rowsOfSnapshot } from '../../bench/support/rows-digest.ts';
import { decode } from '../../schemas/codec.ts';
import type { DeltaFrame } from '../../schemas/protocol.ts';

const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** What a subscriber holds of a topic: a snapshot, and the deltas that have come since. */
export class HeldTopic {
  #snapshot: Buffer | null = null;
  #deltas: Buffer[] = [];
  seq = 0;
  snapshots = 0;
  /** Deltas that did not continue what was held. */
  gaps = 0;

  takeSnapshot(seq: number, frame: Buffer): void {
    this.#snapshot = frame;
    this.#deltas = [];
    this.seq = seq;
    this.snapshots++;
  }

  takeDelta(seq: number, frame: Buffer): void {
    if (this.#snapshot === null || seq !== this.seq + 1) this.gaps++;
    this.#deltas.push(frame);
    this.seq = seq;
  }

  /** Whether the same frames have led here, byte for byte. */
  isSameAs(other: HeldTopic): boolean {
    if (this.#snapshot === null || other.#snapshot === null) return false;
    return (
      this.#deltas.length === other.#deltas.length &&
      this.#snapshot.equals(other.#snapshot) &&
      this.#deltas.every(
        (delta, i) => delta === other.#deltas[i] || delta.equals(other.#deltas[i]!),
      )
    );
  }

  /** Says what is held in a few characters, equal for equal rows. */
  digest(): string {
    if (this.#snapshot === null) return 'nothing';
    const rows = rowsOfSnapshot(this.#snapshot);
    for (const bytes of this.#deltas) {
      const delta = decode(bytes, MAX_FRAME_BYTES) as DeltaFrame;
      for (const row of delta.rows) rows.set(row.dealerId, row);
      for (const dealerId of delta.removed) rows.delete(dealerId);
    }
    return rowsDigest(rows);
  }
}
