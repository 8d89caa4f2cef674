import type { DealerId } from '../../schemas/ids.ts';
import { ASSET_CLASSES, ASSET_PROFILES, type AssetClass } from './asset-profiles.ts';
import { inventLei } from './identifiers.ts';
import { dealerName } from './names.ts';
import { keyOf, mix, Random } from './random.ts';

/** One dealer, with the hidden traits that the engine is to find out. */
export interface SimDealer {
  readonly dealerId: DealerId;
  /** Keys its random streams. */
  readonly key: number;
  readonly name: string;
  readonly lei: string;
  /** Asset classes that it makes markets in; elsewhere it mostly passes. */
  readonly covers: readonly AssetClass[];
  /** The sector that a specialist is best in. */
  readonly specialty: string | null;
  /** How often clients ask it, relative to the others. */
  readonly popularity: number;
  readonly base: DealerTraits;
  readonly isStreaming: boolean;
  readonly axesPerDay: number;
  /** Probability that an axe is meant. */
  readonly axeHonesty: number;
}

/** What decides how a dealer answers in one segment. */
export interface DealerTraits {
  /** Log odds of a firm quote. */
  readonly quoteLogit: number;
  /** Added to the usual half-spread, in units of a 6 bps half-spread; negative is better. */
  readonly markupBps: number;
  /** Median time to answer at pace 1. */
  readonly medianSeconds: number;
  /** How far the mid runs from the client, on average, because this dealer was asked. */
  readonly leakBps: number;
  /** Probability that it refuses when its firm quote is lifted. */
  readonly fadeRate: number;
}

const DEALER = keyOf('dealer');
const SEGMENT_PARTS = ['asset', 'sector', 'rating', 'maturity'].map(keyOf);

/** The dealers of a market. One more dealer changes no other. */
export function inventDealers(seed: number, count: number): SimDealer[] {
  return Array.from({ length: count }, (_, number) => inventDealer(seed, number));
}

function inventDealer(seed: number, number: number): SimDealer {
  const key = mix(DEALER, number);
  const random = new Random(seed, key);
  const { id, name } = dealerName(number);
  const isSpecialist = random.chance(0.25);
  const home = random.pick(ASSET_CLASSES);
  return {
    dealerId: id as DealerId,
    key,
    name,
    lei: inventLei(key),
    covers: drawCoverage(random, isSpecialist, home),
    specialty: isSpecialist ? random.pick(ASSET_PROFILES[home].sectors) : null,
    popularity: random.logNormal(1, 0.4),
    base: drawBaseTraits(random),
    isStreaming: random.chance(0.25),
    axesPerDay: random.chance(0.6) ? random.between(0.5, 3) : 0,
    axeHonesty: random.between(0.4, 0.95),
  };
}

function drawCoverage(random: Random, isSpecialist: boolean, home: AssetClass): AssetClass[] {
  return ASSET_CLASSES.filter((asset) => {
    const covered = random.chance(isSpecialist ? 0.15 : 0.75);
    return covered || asset === home;
  });
}

function drawBaseTraits(random: Random): DealerTraits {
  const isLeaky = random.chance(0.15);
  return {
    quoteLogit: random.normal(1.15, 0.8),
    markupBps: random.normal(0, 2),
    medianSeconds: Math.min(45, Math.max(3, random.logNormal(11, 0.55))),
    leakBps: isLeaky ? random.between(2.5, 4.5) : random.logNormal(0.25, 0.6),
    fadeRate: random.chance(0.1) ? 0.06 : 0.005,
  };
}

/** Traits of dealers by segment, drawn when first asked for. Bounded by dealers x segments. */
export class TraitBook {
  readonly #seed: number;
  readonly #traits = new Map<SimDealer, Map<string, DealerTraits>>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Traits in a segment (`<ASSET>-<SECTOR>-<RATING>-<MATURITY>`): the dealer's own, shifted. */
  of(dealer: SimDealer, segment: string): DealerTraits {
    const known = this.#traits.get(dealer)?.get(segment);
    if (known !== undefined) return known;
    const traits = this.#draw(dealer, segment);
    const bySegment = this.#traits.get(dealer) ?? new Map<string, DealerTraits>();
    this.#traits.set(dealer, bySegment.set(segment, traits));
    return traits;
  }

  /**
   * Each part of the segment's name shifts the traits by draws of its own, so that neighbouring
   * segments are alike: what shrinkage towards the parents relies on.
   */
  #draw(dealer: SimDealer, segment: string): DealerTraits {
    const [asset, sector] = segment.split('-');
    const covers = dealer.covers.some((covered) => covered === asset);
    const isHome = dealer.specialty === sector;
    let { quoteLogit, markupBps, medianSeconds } = dealer.base;
    for (const [index, part] of segment.split('-').entries()) {
      const random = new Random(this.#seed, dealer.key, SEGMENT_PARTS[index]!, keyOf(part));
      quoteLogit += random.normal(0, 0.25);
      markupBps += random.normal(0, 0.8);
      medianSeconds *= random.logNormal(1, 0.08);
    }
    return {
      quoteLogit: quoteLogit + (covers ? 0 : -2.5) + (isHome ? 0.9 : 0),
      markupBps: markupBps + (covers ? 0 : 2) + (isHome ? -2.5 : 0),
      medianSeconds,
      leakBps: dealer.base.leakBps,
      fadeRate: dealer.base.fadeRate,
    };
  }
}
