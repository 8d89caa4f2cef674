import type { PartitionCounters, ShardReport } from './messages.ts';

/** Says what partitions have counted, where that has changed since it was last said. */
export class CounterReporter {
  readonly #said = new Map<number, string>();

  /** The next report of a partition; null if there is nothing new. */
  next(partition: number, counters: PartitionCounters): ShardReport | null {
    const text = JSON.stringify(counters);
    if (this.#said.get(partition) === text) return null;
    this.#said.set(partition, text);
    return { type: 'counters', partition, counters };
  }
}
