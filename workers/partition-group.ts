import { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import type { Model } from '../engine/scoring/model.ts';
import type { Micros } from '../schemas/ids.ts';
import type { OrderAnalysis } from '../schemas/order-analysis.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import type { Refusal } from '../schemas/validate.ts';
import type { LoggedMessage } from './event-intake.ts';
import type { Place } from './log-place.ts';
import { type Taken, takeWithLetters } from './message-letters.ts';
import type { HostedPartition } from './messages.ts';
import { PartitionHost } from './partition-host.ts';
import type { ShardSnapshots } from './shard-snapshots.ts';
import type { FrozenSums } from './tier-keeper.ts';

/** An event that was refused, and where it stood. */
export interface RefusedEvent {
  readonly refusal: Refusal;
  readonly message: LoggedMessage;
  readonly partition: PartitionName;
  /** Which event of the message, from 0. */
  readonly index: number;
  readonly bytes: Uint8Array;
}

export interface PartitionGroupOptions {
  readonly hosted: readonly Pick<HostedPartition, 'partition' | 'board'>[];
  /** Number of partitions of the log. */
  readonly partitions: number;
  readonly model: Model;
  readonly stopAt: Micros;
  analysed(partition: number, place: Place, analysis: OrderAnalysis): void;
  refused(event: RefusedEvent): void;
  frozen(frozen: FrozenSums): void;
}

/**
 * The partitions of one shard and the benchmarks that they share: messages of their streams in order
 * go in, boards come out. All of a shard but for where messages come from and when.
 */
export class PartitionGroup {
  readonly hosts: readonly PartitionHost[];
  readonly #options: PartitionGroupOptions;
  readonly #benchmarks: BenchmarkBook;
  #allSequence = 0;
  #snapshots: ShardSnapshots | null = null;

  constructor(options: PartitionGroupOptions) {
    const { hosted, model, stopAt } = options;
    this.#options = options;
    this.#benchmarks = new BenchmarkBook(model);
    this.hosts = hosted.map(
      ({ partition, board }) =>
        new PartitionHost(partition, board, this.#benchmarks, model, {
          analysed: (place, analysis) => options.analysed(partition, place, analysis),
          frozen: (frozen) => options.frozen(frozen),
          stopAt,
        }),
    );
  }

  /** Last sequence taken of the log that all partitions share. */
  get allSequence(): number {
    return this.#allSequence;
  }

  /** That log is read by every shard and judged by one. */
  get judgesAll(): boolean {
    return this.hosts.some((host) => host.partition === 0);
  }

  /** The next message of a partition's own stream. */
  take(host: PartitionHost, message: LoggedMessage): void {
    const { partition } = host;
    const { events, refused } = this.#eventsOf(message, partition);
    host.take(message.seq, events, refused);
  }

  /** The next message of the log that all partitions share. */
  takeAll(message: LoggedMessage): void {
    const { events } = this.#eventsOf(message, 'all');
    // No partition here will ask for an earlier benchmark.
    const tsNeeded = Math.min(...this.hosts.map((host) => host.tsNeeded));
    for (const event of events) this.#benchmarks.accept(event, tsNeeded);
    this.#allSequence = message.seq;
    for (const host of this.hosts) host.resume();
  }

  /** Goes on from what is kept; each host then says after which sequence it reads on. */
  async restore(snapshots: ShardSnapshots): Promise<void> {
    this.#snapshots = snapshots;
    this.#allSequence = await snapshots.restore(this.hosts, this.#benchmarks);
  }

  /** Keeps a partition as it is now, after `restore`; as ShardSnapshots.keep() does. */
  async keep(
    host: PartitionHost,
    settled: (frozenDay: number) => Promise<unknown>,
  ): Promise<boolean> {
    const kept = this.#snapshots?.keep(host, this.#benchmarks, this.#allSequence, settled);
    return (await kept) ?? false;
  }

  #eventsOf(message: LoggedMessage, partition: PartitionName): Taken {
    const { partitions, refused } = this.#options;
    const loggedMs = Math.floor(message.info.timestampNanos / 1e6);
    this.#snapshots?.noteTaken(partition, message.seq, loggedMs);
    const isJudged = partition !== 'all' || this.judgesAll;
    return takeWithLetters(message, partition, partitions, (refusal, index, bytes) => {
      if (isJudged) refused({ refusal, message, partition, index, bytes });
    });
  }
}
