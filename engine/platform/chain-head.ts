import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogNames } from '../../schemas/subjects.ts';
import { CHAIN_START, HASH_HEADER, isHash } from './audit-chain.ts';

/** Where the chain of a log ends. */
export interface ChainHead {
  /** Last sequence of the stream, 0 if it is empty. */
  readonly sequence: number;
  /** Hash of the last record; CHAIN_START where that has none, or there is no record. */
  readonly hash: string;
}

/** A record on its way into the chain. */
export interface ChainRecord {
  /** Of the backlog. */
  readonly ticket: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly messageId: string;
  /** Another writer may use the same id. */
  readonly isSharedId: boolean;
  /** Where the last attempt would have put it; null: it is not stored. */
  attempt: ChainHead | null;
}

/** Looks at the stored end of a chain, and at single records. */
export class ChainReader {
  readonly #nc: NatsConnection;
  readonly #names: LogNames;
  #jsm: JetStreamManager | null = null;

  constructor(nc: NatsConnection, names: LogNames) {
    this.#nc = nc;
    this.#names = names;
  }

  /** Rejects with the client's errors while the server does not answer. */
  async head(): Promise<ChainHead> {
    const jsm = await this.#manager();
    const stream = this.#names.decisionStream;
    // First, so that what is found behind it is at least as new.
    const { state } = await jsm.streams.info(stream);
    const subjects = [this.#names.decisions, this.#names.audit('*')];
    const newest = await Promise.all(
      subjects.map((subject) => jsm.streams.getMessage(stream, { last_by_subj: subject })),
    );
    let head: ChainHead = { sequence: 0, hash: CHAIN_START };
    for (const message of newest) {
      if (message === null || message.seq <= head.sequence) continue;
      const hash = message.header.get(HASH_HEADER);
      head = { sequence: message.seq, hash: isHash(hash) ? hash : CHAIN_START };
    }
    // Larger if the last records were deleted: their sequences are not given again.
    return { ...head, sequence: Math.max(head.sequence, state.last_seq) };
  }

  /** Those that an attempt has stored after all. */
  async findStored(
    records: readonly ChainRecord[],
    lastSequence: number,
  ): Promise<Set<ChainRecord>> {
    const jsm = await this.#manager();
    const stored = new Set<ChainRecord>();
    for (const record of records) {
      const { attempt } = record;
      if (attempt === null || attempt.sequence > lastSequence) continue;
      const query = { seq: attempt.sequence };
      const found = await jsm.streams.getMessage(this.#names.decisionStream, query);
      if (found?.header.get(HASH_HEADER) === attempt.hash) stored.add(record);
    }
    return stored;
  }

  async #manager(): Promise<JetStreamManager> {
    this.#jsm ??= await jetstreamManager(this.#nc, { checkAPI: false });
    return this.#jsm;
  }
}
