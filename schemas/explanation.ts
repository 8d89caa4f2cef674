import type { DealerId, Micros } from './ids.ts';
import type { LogPosition, MetricScore, ScoredDealer } from './selection.ts';

/** A metric at one scope: what was observed there, and what it makes of the parent's estimate. */
export interface ScopeStep {
  readonly scope: string;
  /** Observations less the withdrawn ones. */
  readonly count: number;
  /** Event time of the newest, epoch microseconds; null where there is none. */
  readonly tsNewest: Micros | null;
  /**
   * Raw sums, as the engine keeps them: sum v, sum v x, sum v x^2, sum v^2, scaled by the half-lives
   * up to the newest observation (docs/scoring.md, 4).
   */
  readonly sums: {
    readonly v: number;
    readonly vx: number;
    readonly vxx: number;
    readonly vv: number;
  };
  /** sum v, decayed to asOf. */
  readonly mass: number;
  /** Null where nothing was observed. */
  readonly mean: number | null;
  readonly effectiveSample: number;
  readonly variance: number | null;
  /** (mass x mean + k x the next wider scope's) / (mass + k). */
  readonly estimate: number;
}

export interface MetricExplanation extends MetricScore {
  readonly memory: string;
  readonly halfLifeMicros: Micros;
  /** k: how many observations a parent counts for. */
  readonly priorStrength: number;
  /** What all dealers pooled shrink to: the estimate above the widest scope. */
  readonly field: number;
  /** Variance of one observation among all dealers pooled. */
  readonly fieldVariance: number;
  /** Finest first. */
  readonly scopes: readonly ScopeStep[];
}

/** How one dealer's score at one scope comes about. The contributions add up, left to right, to the composite. */
export interface Explanation extends Omit<ScoredDealer, 'metrics' | 'value'> {
  readonly dealerId: DealerId;
  readonly scope: string;
  readonly asOf: Micros;
  readonly modelHash: string;
  readonly rulesHash: string;
  readonly position: LogPosition;
  readonly degradedPartitions: readonly number[];
  /** How many dealers are ranked there. */
  readonly ranked: number;
  readonly metrics: readonly MetricExplanation[];
  /** One sentence for a trader. */
  readonly reason: string;
}
