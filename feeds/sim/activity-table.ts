import assert from 'node:assert/strict';
import type { SimInstrument } from './instruments.ts';

/** Picks instruments in proportion to how often they trade. A pick costs O(log n). */
export class ActivityTable {
  readonly #instruments: readonly SimInstrument[];
  /** Running totals of the activity. */
  readonly #totals: number[] = [];

  constructor(instruments: readonly SimInstrument[]) {
    assert(instruments.length > 0, 'an activity table needs an instrument');
    this.#instruments = instruments;
    let total = 0;
    for (const { activity } of instruments) {
      total += activity;
      this.#totals.push(total);
    }
  }

  /** `draw` is uniform in [0, 1). */
  pick(draw: number): SimInstrument {
    const wanted = draw * this.#totals.at(-1)!;
    let low = 0;
    let high = this.#totals.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#totals[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return this.#instruments[low]!;
  }
}
