import type { ScoredDealer } from '../../schemas/selection.ts';
import { Trail } from './trail.ts';

/** Scopes whose trails are kept; beyond it, those of the scope not looked at for longest go. */
export const SCOPES_MAX = 24;

type Trails = Map<string, Trail>;

/** The composite of each dealer over the session, for the scopes that were looked at. */
export class SessionTrails {
  readonly #byScope = new Map<string, Trails>();

  /** Trail of a dealer at a scope; an empty one at first. */
  of(scope: string, dealerId: string): Trail {
    const trails = this.#trailsOf(scope);
    const trail = trails.get(dealerId) ?? new Trail();
    trails.set(dealerId, trail);
    return trail;
  }

  /** `atMs` is event time. */
  sample(scope: string, rows: readonly ScoredDealer[], atMs: number): void {
    for (const { dealerId, composite } of rows) this.of(scope, dealerId).sample(composite, atMs);
  }

  /** The scope is not followed for a while. */
  interrupt(scope: string): void {
    for (const trail of this.#byScope.get(scope)?.values() ?? []) trail.interrupt();
  }

  /** Puts the scope last in the map's order, which is that of eviction. */
  #trailsOf(scope: string): Trails {
    const trails = this.#byScope.get(scope) ?? new Map<string, Trail>();
    this.#byScope.delete(scope);
    this.#byScope.set(scope, trails);
    const [oldest] = this.#byScope.keys();
    if (this.#byScope.size > SCOPES_MAX && oldest !== undefined) this.#byScope.delete(oldest);
    return trails;
  }
}
