import type { Model } from '../../engine/scoring/model.ts';
import { ALL_SCOPE, everySuffix, scopeChain, splitSuffixes } from '../../engine/scoring/scopes.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { SumsRow } from '../../schemas/protocol.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { LogPosition, SelectRequest } from '../../schemas/selection.ts';
import type { LiveTopic, ReplicaState } from './replica.ts';
import type { ScopeStore } from './scope-store.ts';

/**
 * Everything that a selection in one instrument reads: the sums of its own scope, and, as soon as
 * that says what the instrument is, of its issuer, its segment with all that the model splits it
 * into, and its asset class, and of `ALL`.
 */
export class WatchedScopes {
  readonly instrumentId: string;
  readonly #model: Model;
  readonly #store: ScopeStore;
  readonly #own: LiveTopic<SumsRow>;
  readonly #held = new Map<string, LiveTopic<SumsRow>>();

  constructor(instrumentId: string, model: Model, store: ScopeStore) {
    this.instrumentId = instrumentId;
    this.#model = model;
    this.#store = store;
    const own = `instrument:${instrumentId}`;
    this.#own = store.hold(own);
    this.#held.set(own, this.#own);
    this.#hold(ALL_SCOPE);
    this.follow();
  }

  get instrument(): InstrumentEvent | undefined {
    return this.#own.instrument;
  }

  get names(): string[] {
    return [...this.#held.keys()];
  }

  get state(): ReplicaState {
    const states = [...this.#held.values()].map((replica) => replica.state);
    if (states.includes('connecting')) return 'connecting';
    return states.includes('stale') ? 'stale' : 'live';
  }

  /** Wants the scopes that the instrument belongs to by now. Old ones are kept: they are few. */
  follow(): void {
    if (this.#own.asOf !== null) this.#chain(this.#own.asOf, everySuffix(this.#model));
  }

  /** The scopes an order goes through, finest first; all of them are wanted now. */
  chainOf({ side, quantity, tsEvent }: SelectRequest): string[] {
    return this.#chain(tsEvent, splitSuffixes(this.#model, side, quantity));
  }

  #chain(ts: Micros, suffixes: readonly string[]): string[] {
    const chain = scopeChain(this.instrumentId, this.instrument, ts, suffixes);
    for (const scope of chain) this.#hold(scope);
    return chain;
  }

  /** Those of some scopes that have not come yet. */
  missing(scopes: readonly string[]): string[] {
    return scopes.filter((scope) => (this.#held.get(scope)?.seq ?? null) === null);
  }

  /** Those of some scopes whose rows may not be the engine's newest. */
  behind(scopes: readonly string[]): string[] {
    return scopes.filter((scope) => this.#held.get(scope)?.isInSync !== true);
  }

  /**
   * How far the sums have read. A scope that did not change is not sent again, so the newest position
   * of any of them holds for all.
   */
  position(scopes: readonly string[]): LogPosition {
    const positions = scopes
      .map((scope) => this.#held.get(scope)?.position ?? null)
      .filter((position) => position !== null);
    const partitions = (positions[0]?.partitions ?? []).map((_, partition) =>
      Math.max(...positions.map((position) => position.partitions[partition] ?? 0)),
    );
    const newest = (of: (position: LogPosition) => number) => Math.max(0, ...positions.map(of));
    return {
      partitions,
      all: newest((position) => position.all),
      tiers: newest((position) => position.tiers),
    };
  }

  close(): void {
    for (const scope of this.#held.keys()) this.#store.release(scope);
    this.#held.clear();
  }

  #hold(scope: string): void {
    if (!this.#held.has(scope)) this.#held.set(scope, this.#store.hold(scope));
  }
}
