import type { NatsConnection } from '@nats-io/transport-node';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { RecordVersion } from '../../schemas/record-edit.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { dealerBook } from '../record-book.ts';
import type { DealerRecords } from '../selection/dealer-records.ts';
import { readMessages } from './read-messages.ts';

/** The dealer database as it stood at any sequence of the log that all partitions share. */
export class DealerHistory {
  /** By dealer, oldest first. */
  readonly #versions = new Map<string, RecordVersion<DealerEvent>[]>();
  /** Messages that brought a record, oldest first. */
  readonly #messages: { readonly sequence: number; readonly tsLog: Micros }[] = [];

  static async read(nc: NatsConnection, names: LogNames, partitions: number) {
    const history = new DealerHistory();
    // What the dealer database itself takes, so that it knew the same.
    const book = dealerBook();
    const subject = names.events('all', 'dealer');
    for await (const message of readMessages(nc, names.stream('all'), { subject })) {
      const changes = book.take(message, 'all', partitions);
      if (changes.length === 0) continue;
      const tsLog = Math.floor(message.info.timestampNanos / 1000);
      history.#messages.push({ sequence: message.seq, tsLog });
      for (const { version } of changes) history.#note(version);
    }
    return history;
  }

  /** What the database knew once a message of the shared log was read. */
  at(sequence: number): DealerRecords {
    const get = (dealerId: string) =>
      this.#versions.get(dealerId)?.findLast((version) => version.sequence <= sequence)?.record;
    return { sequence, get };
  }

  /** Dealers that were known by then. */
  idsAt(sequence: number): DealerId[] {
    return [...this.#versions].flatMap(([id, versions]) =>
      versions[0]!.sequence <= sequence ? [id as DealerId] : [],
    );
  }

  /** Sequence of the newest message of dealers by a stamp of the log; 0: none. */
  sequenceAt(tsLog: Micros): number {
    return this.#messages.findLast((message) => message.tsLog <= tsLog)?.sequence ?? 0;
  }

  #note(version: RecordVersion<DealerEvent>): void {
    const { dealerId } = version.record;
    const versions = this.#versions.get(dealerId) ?? [];
    versions.push(version);
    this.#versions.set(dealerId, versions);
  }
}
