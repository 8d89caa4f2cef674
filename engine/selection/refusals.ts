import type { DealerId } from '../../schemas/ids.ts';
import type { FilteredDealer } from '../../schemas/selection.ts';

/** What is told of the dealers that one rule refuses: the same objects again and again. */
class Told {
  readonly #rule: string | null;
  /** Of those last told about; others may come between. */
  #dealers: readonly DealerId[] = [];
  /** By dealer, as last told: why, beside what says it, so that what is known need not be looked into. */
  #whys: (string | undefined)[] = [];
  #refusals: (FilteredDealer | undefined)[] = [];

  constructor(rule: string | null) {
    this.#rule = rule;
  }

  of(dealer: number, dealers: readonly DealerId[], why: string): FilteredDealer {
    if (this.#dealers !== dealers) {
      this.#dealers = dealers;
      this.#whys = [];
      this.#refusals = [];
    }
    if (this.#whys[dealer] === why) return this.#refusals[dealer]!;
    const refusal = { dealerId: dealers[dealer]!, rule: this.#rule, why };
    this.#whys[dealer] = why;
    this.#refusals[dealer] = refusal;
    return refusal;
  }
}

const told = new WeakMap<object, Told>();

/** What is told of those that a rule refuses, kept as long as `by`, which stands for the rule. */
export function toldBy(by: object, rule: string | null): Told {
  let known = told.get(by);
  if (known === undefined) {
    known = new Told(rule);
    told.set(by, known);
  }
  return known;
}

/** Of the newest order. */
let flags = new Uint8Array(0);
/** By dealer; of those that are not flagged something older. */
const found: FilteredDealer[] = [];

/** Who may not be asked for an order, each for the first reason that was found. */
export class Refusals {
  /** [dealers]: 1 for the refused. Holds until the next order. */
  readonly flags: Uint8Array;
  #count = 0;

  /** Of so many dealers. */
  constructor(dealers: number) {
    if (flags.length !== dealers) flags = new Uint8Array(dealers);
    this.flags = flags.fill(0);
  }

  has(dealer: number): boolean {
    return this.flags[dealer] === 1;
  }

  /** A dealer is refused once. */
  add(dealer: number, refusal: FilteredDealer): void {
    this.flags[dealer] = 1;
    found[dealer] = refusal;
    this.#count++;
  }

  /** By id, as dealers are. */
  filtered(): FilteredDealer[] {
    const filtered: FilteredDealer[] = [];
    for (let dealer = 0; filtered.length < this.#count; dealer++) {
      if (this.flags[dealer] === 1) filtered.push(found[dealer]!);
    }
    return filtered;
  }
}
