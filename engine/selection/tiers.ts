import type { TierThreshold } from '../scoring/model.ts';

/** A dealer's composite in an asset class at a midnight; null: too little evidence. */
export interface Standing {
  readonly dealerId: string;
  readonly composite: number | null;
}

/** A dealer that has another tier than before; null is none. */
export interface TierChange {
  readonly dealerId: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly composite: number | null;
}

/**
 * Tier of a composite, 1 being the best and the one after the last threshold the worst. A dealer
 * enters a tier at its `enter` and stays in it, or in a lower one, down to its `leave`, so that a
 * composite that wavers around one number does not move it back and forth.
 */
export function tierOf(
  composite: number,
  before: number | null,
  thresholds: readonly TierThreshold[],
): number {
  for (const [i, { enter, leave }] of thresholds.entries()) {
    const tier = i + 1;
    const isHeld = before !== null && before <= tier;
    if (composite >= (isHeld ? leave : enter)) return tier;
  }
  return thresholds.length + 1;
}

/** By asset class, then by dealer. */
export type Tiers = Map<string, Map<string, number>>;

/** Who is in which tier, by asset class. Bounded by the dealers of each. */
export class TierBook {
  readonly #thresholds: readonly TierThreshold[];
  #tiers: Tiers = new Map();

  constructor(thresholds: readonly TierThreshold[]) {
    this.#thresholds = thresholds;
  }

  snapshot(): Tiers {
    return this.#tiers;
  }

  restore(tiers: Tiers): void {
    this.#tiers = tiers;
  }

  /** Takes the standings of a midnight; returns who has moved, in their order. */
  judge(assetClass: string, standings: readonly Standing[]): TierChange[] {
    const tiers = this.#tiers.get(assetClass) ?? new Map<string, number>();
    this.#tiers.set(assetClass, tiers);
    return standings.flatMap(({ dealerId, composite }): TierChange[] => {
      const from = tiers.get(dealerId) ?? null;
      const to = composite === null ? null : tierOf(composite, from, this.#thresholds);
      if (to === null) tiers.delete(dealerId);
      else tiers.set(dealerId, to);
      return from === to ? [] : [{ dealerId, from, to, composite }];
    });
  }
}
