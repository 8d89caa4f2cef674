interface Waiting {
  readonly partition: number;
  readonly day: number;
  resolve(): void;
}

/**
 * How far the tiers' file has the midnights of each partition. A partition tells of a midnight once, so
 * its snapshot is of use only beside a file of tiers that has it, and waits for that.
 */
export class KeptTiers {
  readonly #through = new Map<number, number>();
  #waiting: Waiting[] = [];
  #isEnding = false;

  /** The file has the midnights of a partition up to this one, in days. */
  note(partition: number, day: number): void {
    this.#through.set(partition, day);
    this.#letGo();
  }

  /** Nobody waits any more: when an engine ends, its tiers are kept after its partitions. */
  end(): void {
    this.#isEnding = true;
    this.#letGo();
  }

  /** Resolves once the file has a midnight of a partition, in days; 0: none is asked for. */
  reached(partition: number, day: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ partition, day, resolve });
      this.#letGo();
    });
  }

  #letGo(): void {
    const hasIt = ({ partition, day }: Waiting): boolean =>
      this.#isEnding || day <= (this.#through.get(partition) ?? 0);
    for (const each of this.#waiting) if (hasIt(each)) each.resolve();
    this.#waiting = this.#waiting.filter((each) => !hasIt(each));
  }
}
