import type { Micros, Side } from '../../schemas/ids.ts';
import type { DealerEvent, Rating } from '../../schemas/reference.ts';
import type { Protocol, RuleTrace } from '../../schemas/selection.ts';
import type { WeightedMetric } from '../scoring/composite.ts';

/**
 * What a rule's condition can see of an order. What is not known is absent or undefined, and a condition that needs
 * it is undecided: it does not hold, and the answer says why.
 */
export interface OrderFacts {
  readonly order: {
    readonly side: Side;
    /** Nominal, in the instrument's currency. */
    readonly quantity: number;
    /** Share of the 30-day average daily volume: 0.1 is 10%. */
    readonly advShare?: number | undefined;
  };
  readonly instrument: {
    readonly id: string;
    readonly assetClass?: string | undefined;
    readonly sector?: string | undefined;
    readonly issuer?: string | undefined;
    readonly currency?: string | undefined;
    readonly rating?: Rating | undefined;
    readonly yearsToMaturity?: number | undefined;
    /** 30 days, nominal. */
    readonly averageDailyVolume?: number | undefined;
  };
  readonly market: {
    /** Since the last trade in market data or of our own; where none was seen, since the first tick. */
    readonly daysSinceTrade?: number | undefined;
    readonly daysSinceTick?: number | undefined;
    /** Bid to ask over mid. */
    readonly spreadBps?: number | undefined;
    /** Standard deviation of a day's return. */
    readonly volatilityBps?: number | undefined;
  };
}

/** A kind of scope that a dealer may have quoted in. */
export type QuotedIn = 'instrument' | 'issuer' | 'segment' | 'assetClass' | 'any';

/** What a filter can see of a dealer. One object is used for all dealers in turn: keep nothing of it. */
export interface DealerFacts {
  readonly dealerId: string;
  /** Undefined: not in the dealer database. */
  readonly record: DealerEvent | undefined;
  /** 1 is best; null: none. */
  readonly tier: number | null;
  /** Whether the order's asset class is one of the dealer's specialities. */
  readonly isSpecialist: boolean;
  /** Time of the order. */
  readonly asOf: Micros;
  /** Whether the dealer has sent a firm quote in any of the scopes, at `since` or after. */
  hasQuoted(scopes: readonly QuotedIn[], since: Micros): boolean;
  /** Shrunk estimate, in the metric's own unit. */
  estimate(metric: string): number;
}

/** Says who may be asked. Pure, and allocates nothing. */
export interface DealerFilter {
  /** Null: may be asked; else why not, as a clause with the dealer as subject: "is not in tier 1 or 2". */
  refuse(dealer: DealerFacts): string | null;
  /** What is so of whom it lets through, with the dealer as subject: "is in tier 1 or 2". */
  readonly says: string;
  /**
   * Set where an answer holds as long as the dealer's record, on its UTC day: for orders of any asset class,
   * or for those of one. Absent: it is another's for each order.
   */
  readonly standing?: 'anyAssetClass' | 'oneAssetClass';
  /** Set where it asks about quotes and nothing else. */
  readonly quoted?: QuotedFilter;
}

/** Lets through who has sent a firm quote in any of the scopes, no longer ago than so. */
export interface QuotedFilter {
  readonly scopes: readonly QuotedIn[];
  readonly withinMicros: Micros;
  /** What `refuse` says of the others. */
  readonly reason: string;
}

/** Some of those that may be asked: the best `count` of those that the filter lets through. */
export interface CallGroup {
  /** `all` of them, or as many as the pre-trade curve recommends. */
  readonly count: number | 'all' | 'recommended';
  readonly filter: DealerFilter | null;
}

/** A value and the rule that set it; null: the default. */
export interface FromRule<T> {
  readonly value: T;
  readonly rule: string | null;
}

/** What the rules say about one order. */
export interface Decided {
  /** The composite's terms, in adding order. */
  readonly weights: readonly WeightedMetric[];
  /** Index into MEMORIES; undefined: each metric in the one that it is ranked by. */
  readonly memory: number | undefined;
  /** Who may be asked at all; null: everybody that the dealer database allows. */
  readonly candidates: FromRule<DealerFilter> | null;
  /** Who is not asked whatever else is said: a dealer that any of these lets through (refuse gives null). */
  readonly exclusions: readonly FromRule<DealerFilter>[];
  /** In calling order; a dealer is called once, by the first group that takes it. */
  readonly call: FromRule<readonly CallGroup[]>;
  /** What a full-size axe of a wholly honest dealer adds to its composite. */
  readonly axeWeight: number;
  /** Share of orders whose last place is drawn; 0: none, also where a rule calls the order sensitive. */
  readonly exploration: number;
  readonly protocol: Protocol;
  /** Null: no limit. The tightest of all rules that match. */
  readonly maxDealers: FromRule<number> | null;
  /** A dealer asked about the issuer more recently than this is not asked; null: no cool-off. The longest. */
  readonly coolOffMicros: FromRule<Micros> | null;
  readonly trace: RuleTrace;
}

/** A compiled rules file. */
export interface Rules {
  /** The rules as text: what their hash is taken of, and what `parseCanonicalRules` reads. */
  readonly canonical: string;
  /** Number of rules. */
  readonly size: number;
  /** Scale of the square-root impact law (docs/rules.md); 1 by default. */
  readonly impactCoefficient: number;
  /** Dealers that an RFQ of the desk usually asks, for sharing out the drift while asked. */
  readonly usuallyAsked: number;
  /** Units of USD for one unit of a currency; undefined: not said. USD is 1. */
  usdPer(currency: string): number | undefined;
  /** Pure: the same facts and count give the same answer. `count`: what the order itself asks for. */
  decide(facts: OrderFacts, count?: number): Decided;
}
