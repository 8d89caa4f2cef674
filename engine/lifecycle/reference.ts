import type { InstrumentId, Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import { MICROS_PER_DAY } from '../scoring/model.ts';
import { scopeChain } from '../scoring/scopes.ts';
import { Seen, type SeenSnapshot } from './seen.ts';

interface CachedChain {
  readonly day: number;
  readonly scopes: readonly string[];
}

/** A `Reference`, as a snapshot has it: chains are made again. */
export interface ReferenceSnapshot {
  readonly instruments: Map<string, InstrumentEvent>;
  readonly seen: SeenSnapshot<true>;
}

/** Chains kept to be shared; beyond that they are collected anew, and the board caches them anew. */
const MAX_INTERNED = 65_536;

/** The security master as the log has it so far: the newest record in the log holds. */
export class Reference {
  #instruments = new Map<string, InstrumentEvent>();
  readonly #seen = new Seen<true>();
  /** By record, then by the finest suffix. Gone with the last thing that is bound to the record. */
  readonly #chains = new WeakMap<InstrumentEvent, Map<string, CachedChain>>();
  /** By all of its scopes, so that equal chains are one array whatever they come from. */
  readonly #interned = new Map<string, readonly string[]>();

  snapshot(): ReferenceSnapshot {
    return { instruments: this.#instruments, seen: this.#seen.snapshot() };
  }

  restore({ instruments, seen }: ReferenceSnapshot): void {
    this.#instruments = instruments;
    this.#seen.restore(seen);
  }

  /** The newest record in the log holds; a repeat of an older one is no news. */
  update(instrument: InstrumentEvent, watermark: Micros): void {
    const { id, tsEvent } = instrument;
    if (this.#seen.note(id, tsEvent, true, watermark) !== undefined) return;
    this.#instruments.set(instrument.instrumentId, instrument);
  }

  instrument(instrumentId: string): InstrumentEvent | undefined {
    return this.#instruments.get(instrumentId);
  }

  /**
   * The scope chain of an observation (scopes.ts) of an instrument as a record says; `suffixes` are
   * those of its split segments. Buckets change at UTC midnight at most, so that observations of one
   * day cost two look-ups; equal chains are the same array.
   */
  scopes(
    instrumentId: InstrumentId,
    record: InstrumentEvent | undefined,
    at: Micros,
    suffixes: readonly string[] = [],
  ): readonly string[] {
    if (record === undefined) return this.#intern(scopeChain(instrumentId, undefined, at));
    let chains = this.#chains.get(record);
    if (chains === undefined) {
      chains = new Map();
      this.#chains.set(record, chains);
    }
    const day = Math.floor(at / MICROS_PER_DAY);
    const cached = chains.get(suffixes[0] ?? '');
    if (cached?.day === day) return cached.scopes;
    const scopes = this.#intern(scopeChain(instrumentId, record, at, suffixes));
    chains.set(suffixes[0] ?? '', { day, scopes });
    return scopes;
  }

  #intern(chain: readonly string[]): readonly string[] {
    const key = chain.join(' ');
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    if (this.#interned.size >= MAX_INTERNED) this.#interned.clear();
    this.#interned.set(key, chain);
    return chain;
  }
}
