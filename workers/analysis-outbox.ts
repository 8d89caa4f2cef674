import type { NatsConnection } from '@nats-io/transport-node';
import {
  createPublisher,
  type EventPublisher,
  NEVER_GIVES_UP,
} from '../engine/platform/publisher.ts';
import type { OrderAnalysis } from '../schemas/order-analysis.ts';
import type { LogNames } from '../schemas/subjects.ts';
import type { TcaMessage } from '../schemas/tca-message.ts';
import { isAfter, type Place, PlaceFinder } from './log-place.ts';

/** Records that wait for room on their way to the log; past it the shard should read no further. */
const WAITING_MAX = 1_000;

export interface AnalysisOutboxOptions {
  readonly partitions: readonly number[];
  readonly modelHash: string;
  /** It was full, and nothing waits any more. */
  readonly onRoom?: () => void;
}

/**
 * Puts the post-trade analyses of a shard's partitions into their stream, each once: a shard that
 * reads its log again makes the same ones again, and finds in the stream how far it had come.
 *
 * That holds for one model. Where the newest record of a partition is another model's, the records
 * are made anew from the beginning of the log, as a change of the model means a replay of it; the old
 * ones stay, and a reader tells them apart by their hash. So two engines of different models that
 * share a log for long repeat their records whenever one of their shards starts again. Replicas of
 * one model publish the same records at about the same time, of which the server keeps the first; one
 * that is minutes behind the others repeats theirs. A repeat says the same and has the same place.
 */
export class AnalysisOutbox {
  readonly #publisher: EventPublisher;
  readonly #options: AnalysisOutboxOptions;
  readonly #last: ReadonlyMap<number, Place>;
  #waiting = 0;
  #isFull = false;
  #flushing: Promise<void> | null = null;

  private constructor(
    publisher: EventPublisher,
    options: AnalysisOutboxOptions,
    last: ReadonlyMap<number, Place>,
  ) {
    this.#publisher = publisher;
    this.#options = options;
    this.#last = last;
  }

  static async open(
    nc: NatsConnection,
    names: LogNames,
    options: AnalysisOutboxOptions,
  ): Promise<AnalysisOutbox> {
    const records = await PlaceFinder.open(nc, names.tcaStream);
    const last = new Map<number, Place>();
    for (const partition of options.partitions) {
      const newest = await records.newest<TcaMessage>(names.tca(partition));
      if (newest?.modelHash === options.modelHash) last.set(partition, newest);
    }
    return new AnalysisOutbox(createPublisher(nc, names, NEVER_GIVES_UP), options, last);
  }

  /** The log does not keep up, and what is put nevertheless is held in memory; until `onRoom`. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /**
   * Resolves once the record is on its way or is known to be in the stream, and rejects when it or
   * one before it cannot be stored: the shard must then not go on.
   */
  async put(partition: number, { sequence, index }: Place, analysis: OrderAnalysis): Promise<void> {
    const last = this.#last.get(partition);
    if (last !== undefined && !isAfter({ sequence, index }, last)) return;
    const { modelHash } = this.#options;
    this.#waiting++;
    if (this.#waiting >= WAITING_MAX) this.#isFull = true;
    await this.#publisher.analysis({ partition, sequence, index, modelHash, analysis });
    this.#waiting--;
    if (this.#isFull && this.#waiting === 0) this.#makeRoom();
  }

  #makeRoom(): void {
    this.#isFull = false;
    this.#options.onRoom?.();
  }

  /** Resolves when everything is stored; rejects as `put` does. One for all who ask meanwhile. */
  flush(): Promise<void> {
    this.#flushing ??= this.#publisher.flush().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }
}
