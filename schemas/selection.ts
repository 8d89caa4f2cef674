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

/** How far into the log a score has read: the last applied sequence of each partition, then of `all`. */
export interface LogPosition {
  readonly partitions: readonly number[];
  readonly all: number;
}

export interface SelectedDealer extends ScoredDealer {
  /** 1-based order of calling. */
  readonly callOrder: number;
  /** Null: no live axe for this order. */
  readonly axe: AxePart | null;
  /** One sentence for a trader. */
  readonly reason: string;
}

/** A dealer that was considered and not recommended. */
export type OtherDealer = Pick<ScoredDealer, 'dealerId' | 'rank' | 'composite' | 'insufficient'>;

export interface Selection {
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
  /** Recommended dealers, first to call first. */
  readonly dealers: readonly SelectedDealer[];
  /** Ranked but not recommended, then the insufficient ones. */
  readonly others: readonly OtherDealer[];
}
