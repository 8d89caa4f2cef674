import type { Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { MICROS_PER_DAY, type Model } from '../scoring/model.ts';
import { scopeChain, splitSuffixes } from '../scoring/scopes.ts';

interface Chain {
  readonly day: number;
  readonly suffixes: readonly string[];
  readonly scopes: readonly string[];
}

/** The chains of scopes of orders: an instrument's is the same all day, for orders of one side and size. */
export class ScopeChains {
  readonly #model: Model;
  /** The newest of each instrument; it goes when the record does. */
  readonly #chains = new WeakMap<InstrumentEvent, Chain>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** Finest first. `instrument`: what is known of the order's. */
  of(order: SelectRequest, instrument: InstrumentEvent | undefined): readonly string[] {
    const suffixes = splitSuffixes(this.#model, order.side, order.quantity);
    const { instrumentId, tsEvent } = order;
    if (instrument === undefined) return scopeChain(instrumentId, instrument, tsEvent, suffixes);
    const known = this.#chains.get(instrument);
    const day = dayOf(tsEvent);
    if (known !== undefined && known.day === day && isSame(known.suffixes, suffixes)) {
      return known.scopes;
    }
    const scopes = scopeChain(instrumentId, instrument, tsEvent, suffixes);
    this.#chains.set(instrument, { day, suffixes, scopes });
    return scopes;
  }
}

/** Buckets of maturity begin at midnight, UTC. */
function dayOf(ts: Micros): number {
  return Math.floor(ts / MICROS_PER_DAY);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((suffix, i) => suffix === b[i]);
}
