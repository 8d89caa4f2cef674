import type { NatsConnection } from '@nats-io/transport-node';
import { createPublisher, type EventPublisher } from '../engine/platform/publisher.ts';
import type { OrderAnalysis } from '../schemas/order-analysis.ts';
import type { LogNames } from '../schemas/subjects.ts';
import type { TcaMessage } from '../schemas/tca-message.ts';
import { isAfter, type Place, PlaceFinder } from './log-place.ts';

/** Records that wait for room on their way to the log; past it the shard should read no further. */
const WAITING_MAX = 1_000;

/**
 * Puts the post-trade analyses of a shard's partitions into their stream, each once: a shard that
 * reads its log again makes the same ones again, and finds in the stream how far it had come.
 *
 * That holds for one model. Where the newest record of a partition is another model's, the records
 * are made anew from the beginning of the log, as a change of the model means a replay of it; the old
 * ones stay, and a reader tells them apart by their hash. So two engines of different models that
 * share a log for long repeat their records whenever one of their shards starts again. Replicas of
 * one model publish the same records at about the same time, of which the server keeps the first.
 */
export class AnalysisOutbox {
  readonly #publisher: EventPublisher;
  readonly #modelHash: string;
  readonly #last: ReadonlyMap<number, Place>;
  #waiting = 0;
  #flushing: Promise<void> | null = null;

  private constructor(
    publisher: EventPublisher,
    modelHash: string,
    last: ReadonlyMap<number, Place>,
  ) {
    this.#publisher = publisher;
    this.#modelHash = modelHash;
    this.#last = last;
  }

  static async open(
    nc: NatsConnection,
    names: LogNames,
    partitions: readonly number[],
    modelHash: string,
  ): Promise<AnalysisOutbox> {
    const records = await PlaceFinder.open(nc, names.tcaStream);
    const last = new Map<number, Place>();
    for (const partition of partitions) {
      const newest = await records.newest<TcaMessage>(names.tca(partition));
      if (newest?.modelHash === modelHash) last.set(partition, newest);
    }
    return new AnalysisOutbox(createPublisher(nc, names), modelHash, last);
  }

  /** The broker does not keep up: what is put nevertheless is held in memory. */
  get isFull(): boolean {
    return this.#waiting >= WAITING_MAX;
  }

  /**
   * Resolves once the record is on its way or is known to be in the stream, and rejects when it or
   * one before it cannot be stored: the shard must then not go on.
   */
  async put(partition: number, { sequence, index }: Place, analysis: OrderAnalysis): Promise<void> {
    const last = this.#last.get(partition);
    if (last !== undefined && !isAfter({ sequence, index }, last)) return;
    const modelHash = this.#modelHash;
    this.#waiting++;
    try {
      await this.#publisher.analysis({ partition, sequence, index, modelHash, analysis });
    } finally {
      this.#waiting--;
    }
  }

  /** Resolves when everything is stored; rejects as `put` does. One for all who ask meanwhile. */
  flush(): Promise<void> {
    this.#flushing ??= this.#publisher.flush().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }
}
