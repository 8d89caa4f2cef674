import { decode } from '../../schemas/codec.ts';
import type { DeltaFrame } from '../../schemas/protocol.ts';
import { readFrameHead } from '../support/frame-head.ts';
import { rowsDigest, rowsOfSnapshot, snapshotDigest } from '../support/rows-digest.ts';

/**
 * What the subscribers of one server hold. All are to get the same deltas, so each delta is kept once, and
 * what comes to the others is compared with it byte by byte.
 */
export class Audience {
  readonly #deltas = new Map<number, Buffer>();
  readonly #snapshots = new Map<number, Buffer>();
  /** Frames that were not what another subscriber got under that number. */
  differences = 0;
  /** Deltas that did not continue what their subscriber held. */
  gaps = 0;
  frames = 0;
  bytes = 0;

  /** The delta of that number, if somebody has had it. */
  delta(seq: number): Buffer | undefined {
    return this.#deltas.get(seq);
  }

  /** A delta has come once more. */
  count(bytes: number): void {
    this.frames++;
    this.bytes += bytes;
  }

  /** Takes a frame that is not known yet, or not the expected one; returns what its subscriber holds now. */
  take(frame: Buffer, held: number | null): number | null {
    const head = readFrameHead(frame);
    if (head === null) return held;
    this.count(frame.length);
    const known = head.isDelta ? this.#deltas : this.#snapshots;
    const same = known.get(head.seq);
    if (same === undefined) known.set(head.seq, frame);
    else if (!same.equals(frame)) this.differences++;
    if (head.isDelta && head.seq - 1 !== held) this.gaps++;
    return head.seq;
  }

  /**
   * Digest of the rows that deltas lead to from the first snapshot, by which a subscriber that has had
   * them all holds `seq`. Counts a snapshot on the way that says otherwise as a difference.
   */
  digestAt(seq: number): string {
    const first = Math.min(...this.#snapshots.keys());
    const rows = rowsOfSnapshot(this.#snapshots.get(first)!);
    for (let next = first + 1; next <= seq; next++) {
      const bytes = this.#deltas.get(next);
      if (bytes === undefined) return `delta ${next} was never seen`;
      const delta = decode(bytes) as DeltaFrame;
      for (const row of delta.rows) rows.set(row.dealerId, row);
      for (const dealerId of delta.removed) rows.delete(dealerId);
      const snapshot = this.#snapshots.get(next);
      if (snapshot !== undefined && snapshotDigest(snapshot) !== rowsDigest(rows)) {
        this.differences++;
      }
    }
    return rowsDigest(rows);
  }
}
