import type { NatsConnection } from '@nats-io/transport-node';
import type { InstrumentId } from '../schemas/ids.ts';
import type { RecordVersion } from '../schemas/record-edit.ts';
import type { InstrumentEvent } from '../schemas/reference.ts';
import { type LogNames, partitionOf } from '../schemas/subjects.ts';
import { instrumentBook } from './record-book.ts';
import { RecordFollower } from './record-follower.ts';

export interface InstrumentMasterOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  onTrouble?(error: unknown): void;
}

/**
 * The security master: for each instrument the newest `instrument` event of its partition. Shards keep
 * their own; this one answers and edits, and reads a partition from the first question on.
 */
export class InstrumentMaster {
  readonly #options: InstrumentMasterOptions;
  readonly #followers = new Map<number, RecordFollower<InstrumentEvent>>();

  constructor(options: InstrumentMasterOptions) {
    this.#options = options;
  }

  partitionOf(instrumentId: string): number {
    return partitionOf(instrumentId, this.#options.partitions);
  }

  /** Rejects with FirstcallError `notReady` while the partition is being read. */
  async version(instrumentId: InstrumentId): Promise<RecordVersion<InstrumentEvent> | undefined> {
    const follower = this.recordsOf(instrumentId);
    await follower.readThrough();
    return follower.version(instrumentId);
  }

  /** The records of the instrument's partition. */
  recordsOf(instrumentId: string): RecordFollower<InstrumentEvent> {
    const partition = this.partitionOf(instrumentId);
    let follower = this.#followers.get(partition);
    if (follower === undefined) {
      follower = this.#open(partition);
      this.#followers.set(partition, follower);
    }
    return follower;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers.values()].map((follower) => follower.close()));
  }

  #open(partition: number): RecordFollower<InstrumentEvent> {
    const { nc, names, partitions } = this.#options;
    const onTrouble = this.#options.onTrouble ?? (() => {});
    return new RecordFollower<InstrumentEvent>({
      nc,
      names,
      partition,
      partitions,
      kind: 'instrument',
      book: instrumentBook(),
      onTrouble,
      // The next question begins anew.
      onFatal: (error) => {
        this.#followers.delete(partition);
        onTrouble(error);
      },
    });
  }
}
