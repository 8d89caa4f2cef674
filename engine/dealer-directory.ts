import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordVersion } from '../schemas/record-edit.ts';
import type { DealerMessage } from '../schemas/record-message.ts';
import type { DealerEvent } from '../schemas/reference.ts';
import type { LogNames } from '../schemas/subjects.ts';
import { isAfter, type Place } from '../workers/log-place.ts';
import { newestAudit } from './newest-audit.ts';
import type { EventPublisher } from './platform/publisher.ts';
import { dealerBook } from './record-book.ts';
import { saysTheSame } from './record-content.ts';
import { RecordFollower } from './record-follower.ts';
import { bucketOf, RecordMirror } from './record-mirror.ts';

export interface DealerDirectoryOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  readonly publisher: EventPublisher;
  /** The database now says something else of a dealer. */
  onChange?(version: RecordVersion<DealerEvent>): void;
  onCaughtUp?(): void;
  /** Something is tried again: for the operator's log. */
  onTrouble?(error: unknown): void;
  /** The database can not be kept current, or its changes not be recorded. */
  onFatal(error: unknown): void;
}

/**
 * The dealer database: for each dealer the newest `dealer` event of the log. Every change of what a
 * record says goes into the audit log once, and every version into a KV bucket.
 */
export class DealerDirectory {
  readonly #options: DealerDirectoryOptions;
  readonly #mirror: RecordMirror;
  readonly #follower: RecordFollower<DealerEvent>;
  /** How far earlier engines have written the audit log. */
  #audited: Promise<Place | null> | null = null;

  constructor(options: DealerDirectoryOptions) {
    this.#options = options;
    const { nc, names, partitions, onCaughtUp, onFatal } = options;
    const onTrouble = options.onTrouble ?? (() => {});
    this.#mirror = new RecordMirror(nc, bucketOf(names, 'dealers'), onTrouble);
    this.#follower = new RecordFollower<DealerEvent>({
      nc,
      names,
      partition: 'all',
      partitions,
      kind: 'dealer',
      book: dealerBook(),
      onVersion: (version, before) => this.#noteVersion(version, before),
      onCaughtUp: () => onCaughtUp?.(),
      onTrouble,
      onFatal,
    });
  }

  /** Of the newest message of dealers that was applied, in the log that all partitions share; 0: none. */
  get sequence(): number {
    return this.#follower.sequence;
  }

  /** Whether what the log held at the start has been read. */
  get ready(): boolean {
    return this.#follower.ready;
  }

  get size(): number {
    return this.#follower.size;
  }

  /** Records of dealers beyond the 20,000 that are kept. */
  get refused(): number {
    return this.#follower.refused;
  }

  get ids(): IterableIterator<string> {
    return this.#follower.ids;
  }

  get(dealerId: string): DealerEvent | undefined {
    return this.#follower.version(dealerId)?.record;
  }

  /** All records, in the order in which their dealers first came. */
  all(): RecordVersion<DealerEvent>[] {
    return [...this.ids].map((id) => this.#follower.version(id)!);
  }

  /** For those who change records. */
  get records(): RecordFollower<DealerEvent> {
    return this.#follower;
  }

  /** Resolves when the mirror has been written. The publisher is flushed by whoever owns it. */
  async flush(): Promise<void> {
    await this.#mirror.flush();
  }

  async close(): Promise<void> {
    await this.#follower.close();
    await this.#mirror.close();
  }

  /** The log is read no further while the audit log takes nothing. */
  async #noteVersion(
    version: RecordVersion<DealerEvent>,
    before: RecordVersion<DealerEvent> | undefined,
  ): Promise<void> {
    this.#mirror.put(version.record.dealerId, 'all', version);
    if (saysTheSame(version.record, before?.record)) return;
    await this.#audit(version, before?.record ?? null);
    this.#options.onChange?.(version);
  }

  async #audit(
    { sequence, index, record }: RecordVersion<DealerEvent>,
    before: DealerEvent | null,
  ): Promise<void> {
    const { nc, names, publisher } = this.#options;
    this.#audited ??= newestAudit<Place>(nc, names, 'dealer');
    const last = await this.#audited;
    if (last !== null && !isAfter({ sequence, index }, last)) return;
    const { dealerId, changedBy: by = null, changeReason: reason = null } = record;
    const place = { sequence, index };
    const change = { dealerId, by, reason, before, after: record };
    const entry: DealerMessage = { type: 'dealer', ...place, ...change };
    await publisher.audit('dealer', entry, `dealer-${sequence}-${index}`);
  }
}
