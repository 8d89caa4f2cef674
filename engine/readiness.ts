/** Which partitions are whole in what is served. */
export class Readiness {
  /**
   * Partitions that are not: null until their shard has caught up with the log, then the sequence
   * that the merged board has still to reach.
   */
  readonly #behind = new Map<number, number | null>();
  /** Why each of them is not. */
  readonly #reasons = new Map<number, string>();
  /** Of those, the ones that had caught up before the tick under way began. */
  #settling: readonly number[] = [];

  constructor(partitions: number) {
    for (let partition = 0; partition < partitions; partition++) this.lose(partition);
  }

  /** Partitions that are not whole, ascending. */
  get degraded(): number[] {
    return [...this.#behind.keys()].sort((a, b) => a - b);
  }

  /** Why partitions are not whole: `partitions 1, 3: the log is being read`. */
  get reasons(): string[] {
    const partitionsOf = new Map<string, number[]>();
    for (const partition of this.degraded) {
      const reason = this.#reasons.get(partition)!;
      partitionsOf.set(reason, [...(partitionsOf.get(reason) ?? []), partition]);
    }
    return [...partitionsOf].map(([reason, partitions]) => {
      const noun = partitions.length === 1 ? 'partition' : 'partitions';
      return `${noun} ${partitions.join(', ')}: ${reason}`;
    });
  }

  /** Its shard begins anew. */
  lose(partition: number, reason = 'the log is being read'): void {
    this.#behind.set(partition, null);
    this.#reasons.set(partition, reason);
  }

  /** Its shard has read the log up to a sequence. */
  catchUp(partition: number, sequence: number): void {
    this.#behind.set(partition, sequence);
  }

  /**
   * Takes notice of a tick; returns whether a partition has become whole by it. `mergedSequence`: what
   * the merged board has of a partition. A shard tells of its midnights before it tells that it has
   * caught up, so that the tick after that has judged them as well.
   */
  settle(mergedSequence: (partition: number) => number): boolean {
    const before = this.#behind.size;
    for (const partition of this.#settling) {
      const sequence = this.#behind.get(partition) ?? null;
      if (sequence !== null && mergedSequence(partition) >= sequence) {
        this.#behind.delete(partition);
      }
    }
    this.#settling = [...this.#behind].flatMap(([p, sequence]) => (sequence === null ? [] : [p]));
    return this.#behind.size !== before;
  }
}
