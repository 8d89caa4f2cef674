import type { NatsConnection } from '@nats-io/transport-node';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { takeEvents } from '../../workers/event-intake.ts';
import type { DealerRecords } from '../selection/dealer-view.ts';
import { readMessages } from './read-messages.ts';

/** As many as the dealer database keeps; further ones are left out. */
const DEALERS_MAX = 20_000;
/** Event ids of a dealer that are remembered, so that a repeat of an old version is no news. */
const IDS_PER_DEALER_MAX = 64;

interface Version {
  readonly sequence: number;
  readonly record: DealerEvent;
}

/** The dealer database as it stood at any sequence of the log that all partitions share. */
export class DealerHistory {
  /** By dealer, oldest first. */
  readonly #versions = new Map<string, Version[]>();
  /** Messages that brought a record, oldest first. */
  readonly #messages: { readonly sequence: number; readonly tsLog: Micros }[] = [];

  static async read(nc: NatsConnection, names: LogNames, partitions: number) {
    const history = new DealerHistory();
    const subject = names.events('all', 'dealer');
    for await (const message of readMessages(nc, names.stream('all'), { subject })) {
      const tsLog = Math.floor(message.info.timestampNanos / 1000);
      for (const event of takeEvents(message, 'all', partitions, () => {})) {
        history.#note(message.seq, tsLog, event as DealerEvent);
      }
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

  #note(sequence: number, tsLog: Micros, record: DealerEvent): void {
    const known = this.#versions.get(record.dealerId);
    if (known === undefined && this.#versions.size >= DEALERS_MAX) return;
    const versions = known ?? [];
    const recent = versions.slice(-IDS_PER_DEALER_MAX);
    if (recent.some((version) => version.record.id === record.id)) return;
    versions.push({ sequence, record });
    this.#versions.set(record.dealerId, versions);
    if (this.#messages.at(-1)?.sequence !== sequence) this.#messages.push({ sequence, tsLog });
  }
}
