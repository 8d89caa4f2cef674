import Type from 'typebox';
import {
  type DealerId,
  type InstrumentId,
  InstrumentIdSchema,
  type Micros,
  MicrosSchema,
  type OrderId,
  OrderIdSchema,
  SideSchema,
} from './ids.ts';

/** What an OMS sends when an order arrives and it wants to know whom to call. */
export const SelectRequestSchema = Type.Object(
  {
    orderId: OrderIdSchema,
    instrumentId: InstrumentIdSchema,
    side: SideSchema,
    quantity: Type.Number({ exclusiveMinimum: 0, maximum: 1e15, description: 'Nominal.' }),
    tsEvent: Type.Unsafe<Micros>({
      ...MicrosSchema,
      description: 'Arrival; the scores are as of then.',
    }),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'Dealers to recommend; 5 if unsaid.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type SelectRequest = Type.Static<typeof SelectRequestSchema>;

/** One metric of one dealer, as it entered the composite (or stands beside it with weight 0). */
export interface MetricScore {
  readonly metric: string;
  /** Shrunk estimate in the metric's own unit (its name ends in it). */
  readonly estimate: number;
  /** Standard error of the estimate, same unit; null if the variance is not known. */
  readonly standardError: number | null;
  /** The estimate on the composite's scale. */
  readonly normalised: number;
  readonly weight: number;
  /** weight x normalised. */
  readonly contribution: number;
  /** Decayed observation mass at the ranked scope. */
  readonly mass: number;
  /** Effective sample size at the ranked scope, 0 if nothing was observed. */
  readonly effectiveSample: number;
}

/**
 * Whether a dealer has come to quote us more, or less, than it used to: its raw quote rate in the
 * fast memory against that in the slow one. `unknown`: too little to say.
 */
export interface Appetite {
  readonly state: 'comingIn' | 'backingOff' | 'steady' | 'unknown';
  /** The difference in standard errors, conservative; null if one of them is not known. */
  readonly z: number | null;
}

/** A dealer's live axe on the side that an order needs, and what it adds. */
export interface AxePart {
  /** Nominal. */
  readonly quantity: number;
  readonly price: number | null;
  readonly tsExpires: Micros;
  /** Estimate of axeHonesty, 0 to 1. */
  readonly honesty: number;
  /** Added to the composite: weight x honesty x min(1, axe / order). */
  readonly contribution: number;
}

/** One dealer ranked at one scope. */
export interface ScoredDealer {
  readonly dealerId: DealerId;
  /** 1-based among the sufficient dealers; null for an insufficient one. */
  readonly rank: number | null;
  /** What the rank goes by: the composite, or one metric's estimate. */
  readonly value: number;
  readonly composite: number;
  readonly compositeStandardError: number | null;
  /** 0 to 10. */
  readonly displayScore: number;
  /** Too few RFQs at the ranked scope: ranked apart, never hidden. */
  readonly insufficient: boolean;
  /** 1 is best, by asset class; null: none, for want of evidence or of an asset class. */
  readonly tier: number | null;
  readonly appetite: Appetite;
  /** Those that weigh, in the order in which they are added, then what else was observed there. */
  readonly metrics: readonly MetricScore[];
}

/** How far into a log: a sequence of each partition, then of `all`. */
export interface LogSequences {
  readonly partitions: readonly number[];
  readonly all: number;
}

/** How far into the log a score has read: the last applied sequences, and what they do not say. */
export interface LogPosition extends LogSequences {
  /** The newest midnight whose tiers the score knows; 0: none. */
  readonly tiers: Micros;
}

/**
 * How dealers are asked. `parallel`: all at once. `staggered`: one after the other, and all stay asked.
 * `sequential`: one after the other until one of them deals; who is not reached is not asked.
 */
export interface Protocol {
  readonly kind: 'parallel' | 'staggered' | 'sequential';
  /** From one ask to the next, seconds; 0 in parallel. */
  readonly delaySeconds: number;
  /** How long each dealer may answer. */
  readonly timeoutSeconds: number;
  /** Ask for a bid and an offer, so that the dealer does not learn the side. */
  readonly isTwoSided: boolean;
}

/** When one dealer is asked, seconds after the first. */
export interface PlanStep {
  readonly dealerId: DealerId;
  readonly askAtSeconds: number;
  readonly answerBySeconds: number;
}

export interface Plan extends Protocol {
  /** In the order of asking. */
  readonly steps: readonly PlanStep[];
}

/** A rule that applies to the order, and which fields of the decision come from it. */
interface MatchedRule {
  readonly name: string;
  /** `weights`, `memory`, `call`, `protocol`, `maxDealers`...; empty: others came first. */
  readonly sets: readonly string[];
}

/** What became of the rules; in file order. The others did not match. */
export interface RuleTrace {
  readonly matched: readonly MatchedRule[];
  /** All but one of the conditions held: `missed` is that one, with what was found instead. */
  readonly nearly: readonly { readonly name: string; readonly missed: string }[];
  /** Could not be told: `why` says what is not known. Such a rule does not apply. */
  readonly undecided: readonly { readonly name: string; readonly why: string }[];
}

/** A dealer that was not considered. */
export interface FilteredDealer {
  readonly dealerId: DealerId;
  /** Name of the rule; null: the dealer database. */
  readonly rule: string | null;
  /** "is disabled", "was asked about the issuer 4 minutes ago". */
  readonly why: string;
}

/** What `dealers` asked brings and costs, bps of the price. */
export interface CurvePoint {
  readonly dealers: number;
  /** Expected best improvement against mid. */
  readonly gainBps: number;
  /** Expected drift of the market from its having heard. */
  readonly leakageBps: number;
  /** gain - leakage. */
  readonly netBps: number;
}

/** What can be expected before anybody is asked. Null: what it needs is not known. */
export interface PreTrade {
  readonly mid: number | null;
  /** Of the tick behind the mid. */
  readonly tsMid: Micros | null;
  readonly spreadBps: number | null;
  /** Standard deviation of a day's return. */
  readonly volatilityBps: number | null;
  /** Order over average daily volume. */
  readonly advShare: number | null;
  readonly daysSinceTrade: number | null;
  /** Half the spread. */
  readonly spreadCostBps: number | null;
  /** Square-root law: coefficient x volatility x sqrt(advShare). */
  readonly impactBps: number | null;
  /** How far the price may have moved since the last trade: volatility x sqrt(days). */
  readonly uncertaintyBps: number | null;
  /** One more dealer at a time, in calling order. */
  readonly curve: readonly CurvePoint[];
  /** Dealers at which net is largest; 0 where nobody may be asked. */
  readonly recommended: number;
  /** What a competitive quote is: later quotes are judged by it. Null without a mid or a dealer. */
  readonly benchmark: {
    readonly price: number;
    readonly improvementBps: number;
    /** A quote this much worse is still within what was expected. */
    readonly toleranceBps: number;
  } | null;
}

/** A place of the list that was drawn instead of earned. */
export interface Exploration {
  /** Share of orders that explore. */
  readonly share: number;
  /** Whether this order does; by chance seeded with its id. */
  readonly isDrawn: boolean;
  /** Who got the last place; null: nobody was left to draw. */
  readonly dealerId: DealerId | null;
}

export interface SelectedDealer extends ScoredDealer {
  /** 1-based order of calling. */
  readonly callOrder: number;
  /** Null: no live axe for this order. */
  readonly axe: AxePart | null;
  /** Probability, before the draw, that this order's list would hold the dealer; 1: earned. */
  readonly chance: number;
  /** One sentence for a trader. */
  readonly reason: string;
}

/**
 * Dealers that were considered and not recommended: those with a rank, best first, then those with too
 * little evidence. Columns instead of hundreds of objects, which would be most of an answer.
 */
export interface OtherDealers {
  readonly dealerIds: readonly DealerId[];
  /** 1-based, among all that were considered; null: too little evidence to rank. */
  readonly ranks: readonly (number | null)[];
  readonly composites: readonly number[];
  /** Probabilities, before the draw, that this order's list would have held them; null: none is drawn. */
  readonly chances: readonly number[] | null;
}

/** Of an engine that answers. */
export interface Lag {
  /**
   * Milliseconds since the log took the oldest message that is not in what is served; 0: all of it is.
   * While the log does not answer: since it last did, or more. Null: it has not answered
   * yet, or nothing of some stream is served yet: an engine that starts.
   */
  readonly lagMs: number | null;
}

/** A selection as it is answered; `lagMs` is no part of what is recorded. */
export interface SelectionAnswer extends Selection, Lag {}

/** What a selection would be: recorded nowhere, and so without an id. */
export interface SelectionPreview extends Omit<SelectionAnswer, 'decisionId'> {
  readonly preview: true;
}

export interface Selection {
  /** 16 hexadecimal digits: the same question on the same state has the same id. */
  readonly decisionId: string;
  /** As it was asked. */
  readonly order: SelectRequest;
  readonly orderId: OrderId;
  readonly instrumentId: InstrumentId;
  /** The order's own tsEvent. */
  readonly asOf: Micros;
  readonly modelHash: string;
  readonly rulesHash: string;
  readonly position: LogPosition;
  /** True while some partitions are being rebuilt: their dealers' scores are older than the rest. */
  readonly degraded: boolean;
  readonly degradedPartitions: readonly number[];
  /** False: the instrument is not in the security master, so the order is scored under `ALL`. */
  readonly instrumentKnown: boolean;
  /**
   * Where sufficiency is judged and masses are counted: the order's segment, or the next wider scope
   * where any dealer has evidence enough.
   */
  readonly rankedScope: string;
  /** The scopes an estimate shrinks through, finest first. */
  readonly scopes: readonly string[];
  /** Sequence, in the log that all partitions share, of the newest dealer record that was used; 0: none. */
  readonly directory: number;
  readonly rules: RuleTrace;
  /** Most dealers that may be called, and the rule that says so; null rule: the order. Null: no limit. */
  readonly maxDealers: { readonly value: number; readonly rule: string | null } | null;
  /** Recommended dealers, first to call first. */
  readonly dealers: readonly SelectedDealer[];
  /** Considered and not recommended. */
  readonly others: OtherDealers;
  /** Not considered, by id. */
  readonly filtered: readonly FilteredDealer[];
  readonly plan: Plan;
  readonly preTrade: PreTrade;
  /** Null: the rules give none. */
  readonly exploration: Exploration | null;
}
