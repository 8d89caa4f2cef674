import type { ChainFault } from '../../schemas/chain-report.ts';
import { CHAIN_START, hashRecord, isHash } from '../platform/audit-chain.ts';

/** One message of the decision stream. */
export interface ChainMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly messageId: string;
  /** Of the headers, '' where there is none. */
  readonly previous: string;
  readonly hash: string;
  readonly payload: Uint8Array;
}

/** Checks the messages of a chain one by one; it remembers only the last one. */
export class ChainVerifier {
  readonly #onFault: (fault: ChainFault) => void;
  #records = 0;
  #lastSequence = 0;
  /** What the next record may name as the one before; null: anything, since that is not there. */
  #links: readonly string[] | null = [CHAIN_START];
  #head = CHAIN_START;

  constructor(onFault: (fault: ChainFault) => void) {
    this.#onFault = onFault;
  }

  get records(): number {
    return this.#records;
  }

  /** Hash that the last record carries; CHAIN_START before the first. */
  get head(): string {
    return this.#head;
  }

  /** The messages in the order of their sequences. */
  add(message: ChainMessage): void {
    const { sequence, subject, messageId, previous, hash, payload } = message;
    this.#records += 1;
    this.#skipTo(sequence);
    this.#lastSequence = sequence;
    if (!isHash(previous) || !isHash(hash)) {
      const words = 'carries no hashes: it was not written by Firstcall, or by an older version';
      this.#onFault({ sequence, kind: 'notChained', words });
      // As a writer that finds it at the end of the stream.
      this.#links = [CHAIN_START];
      return;
    }
    const computed = hashRecord(previous, subject, messageId, payload);
    if (computed !== hash) {
      const words = 'its text, subject, id or hashes are not what was hashed when it was written';
      this.#onFault({ sequence, kind: 'edited', words });
    }
    if (this.#links !== null && !this.#links.includes(previous)) {
      const words = `was not written behind record ${sequence - 1}: that was replaced, or moved`;
      this.#onFault({ sequence, kind: 'outOfOrder', words });
    }
    // Either hash: of an edited record it is not known which one the next names.
    this.#links = [hash, computed];
    this.#head = hash;
  }

  /** @param lastSequence the last that the stream has given away */
  end(lastSequence: number): void {
    this.#skipTo(lastSequence + 1);
  }

  #skipTo(sequence: number): void {
    const first = this.#lastSequence + 1;
    const count = sequence - first;
    if (count <= 0) return;
    const words =
      count === 1 ? 'is not in the stream' : `${count} records are not in the stream from here on`;
    this.#onFault({ sequence: first, kind: 'missing', words });
    this.#links = null;
  }
}
