import type { Random } from '../../feeds/sim/random.ts';

/** Draws ranks 0 to n - 1, the k-th in proportion to 1/(k + 1): Zipf's law. A draw is O(log n). */
export class Zipf {
  /** [n]: weight of the ranks up to each, itself included. */
  readonly #upTo: Float64Array;

  constructor(n: number) {
    this.#upTo = new Float64Array(n);
    for (let rank = 0, sum = 0; rank < n; rank++) {
      sum += 1 / (rank + 1);
      this.#upTo[rank] = sum;
    }
  }

  draw(random: Random): number {
    const upTo = this.#upTo;
    const wanted = random.next() * upTo[upTo.length - 1]!;
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (upTo[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** `count` different ranks, which must be fewer than there are by far. */
  drawDistinct(random: Random, count: number): number[] {
    const drawn = new Set<number>();
    while (drawn.size < count) drawn.add(this.draw(random));
    return [...drawn];
  }
}
