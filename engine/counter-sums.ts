/** What the partitions have counted, summed by name. */
export class CounterSums {
  readonly #byPartition = new Map<number, readonly (readonly [name: string, count: number])[]>();

  /** Counts since the beginning of a partition's log, instead of what it had before. */
  replace(partition: number, counters: readonly (readonly [name: string, count: number])[]): void {
    this.#byPartition.set(partition, counters);
  }

  /** Over all partitions, sorted by name. */
  sums(): [name: string, count: number][] {
    const sums = new Map<string, number>();
    for (const counters of this.#byPartition.values()) {
      for (const [name, count] of counters) sums.set(name, (sums.get(name) ?? 0) + count);
    }
    return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
