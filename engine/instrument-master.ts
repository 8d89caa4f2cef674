import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { InstrumentId } from '../schemas/ids.ts';
import type { RecordVersion } from '../schemas/record-edit.ts';
import type { InstrumentEvent } from '../schemas/reference.ts';
import { type LogNames, partitionOf } from '../schemas/subjects.ts';
import type { InstrumentRange } from './gateway/services.ts';
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

  /**
   * The first instruments of a range, by id. Costs a look at every id; a partition at a time, so that
   * selections get their turn. Rejects with FirstcallError `notReady` while a partition is being read.
   */
  async list({ prefix, after, limit }: InstrumentRange): Promise<RecordVersion<InstrumentEvent>[]> {
    const { partitions } = this.#options;
    const followers = Array.from({ length: partitions }, (_, partition) => this.#of(partition));
    await Promise.all(followers.map((follower) => follower.readThrough()));
    const isWanted = (id: string) => id > after && id.startsWith(prefix);
    let first: RecordVersion<InstrumentEvent>[] = [];
    for (const follower of followers) {
      const own = firstOf(follower.ids, isWanted, limit).map((id) => follower.version(id)!);
      first = [...first, ...own].sort(byId).slice(0, limit);
      await nextTurn();
    }
    return first;
  }

  /** The records of the instrument's partition. */
  recordsOf(instrumentId: string): RecordFollower<InstrumentEvent> {
    return this.#of(this.partitionOf(instrumentId));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers.values()].map((follower) => follower.close()));
  }

  #of(partition: number): RecordFollower<InstrumentEvent> {
    let follower = this.#followers.get(partition);
    if (follower === undefined) {
      follower = this.#open(partition);
      this.#followers.set(partition, follower);
    }
    return follower;
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

/** The least `limit` ids that are wanted, without sorting all of them. */
function firstOf(
  ids: Iterable<string>,
  isWanted: (id: string) => boolean,
  limit: number,
): readonly string[] {
  let kept: string[] = [];
  let last: string | undefined;
  for (const id of ids) {
    if (!isWanted(id) || (last !== undefined && id > last)) continue;
    kept.push(id);
    if (kept.length < 2 * limit) continue;
    kept = kept.sort().slice(0, limit);
    last = kept.at(-1);
  }
  return kept.sort().slice(0, limit);
}

function byId(a: RecordVersion<InstrumentEvent>, b: RecordVersion<InstrumentEvent>): number {
  return a.record.instrumentId < b.record.instrumentId ? -1 : 1;
}
