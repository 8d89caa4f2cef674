import { ALL_SCOPE, POOL_DEALER } from '../../../engine/scoring/scopes.ts';
import type { Micros } from '../../../schemas/ids.ts';
import type { NaiveObservation } from './results.ts';

/** What a cell says as of a moment, by the formulas of docs/scoring.md, 4. */
export interface NaiveSums {
  /** Sum v as of the moment. */
  readonly mass: number;
  /** Sum v x. */
  readonly massX: number;
  /** Sum v x^2. */
  readonly massXX: number;
  /** Sum v^2. */
  readonly massSquared: number;
  /** NaN where nothing was observed. */
  readonly mean: number;
  readonly effectiveSample: number;
  /** Null where the effective sample is 1, or as good as 1. */
  readonly variance: number | null;
}

/** `dealer` may be `*`, all of them. */
export function naiveSums(
  observations: readonly NaiveObservation[],
  asOf: Micros,
  halfLife: Micros,
  scope: string,
  dealer: string,
  metric: string,
): NaiveSums {
  const weighted = observations
    .filter((o) => o.metric === metric && o.scopes.includes(scope))
    .filter((o) => dealer === POOL_DEALER || o.dealerId === dealer)
    .map((o) => ({ x: o.value, v: o.quantity * 2 ** ((o.tsMeasured - asOf) / halfLife) }));
  const sum = (of: (weighted: { x: number; v: number }) => number) =>
    weighted.reduce((total, item) => total + of(item), 0);
  const mass = sum(({ v }) => v);
  const mean = sum(({ x, v }) => v * x) / mass;
  const massSquared = sum(({ v }) => v * v);
  const effectiveSample = mass === 0 ? 0 : (mass * mass) / massSquared;
  const spread = sum(({ x, v }) => v * (x - mean) ** 2) / mass;
  return {
    mass,
    massX: sum(({ x, v }) => v * x),
    massXX: sum(({ x, v }) => v * x * x),
    massSquared,
    mean,
    effectiveSample,
    variance: effectiveSample <= 1.01 ? null : (spread * effectiveSample) / (effectiveSample - 1),
  };
}

export interface EstimateQuestion {
  readonly asOf: Micros;
  readonly halfLife: Micros;
  /** Finest first, down to `ALL`. */
  readonly chain: readonly string[];
  readonly dealer: string;
  readonly metric: string;
  /** k. */
  readonly priorStrength: number;
  readonly prior: number;
  readonly priorVariance: number;
  /** Held instead of what all dealers pooled give. */
  readonly pool?: number;
}

export interface NaiveEstimate {
  readonly value: number;
  /** At the finest scope. */
  readonly mass: number;
  readonly standardError: number;
}

/** The shrunk estimate at the first scope of a chain (docs/scoring.md, 5). */
export function naiveEstimate(
  observations: readonly NaiveObservation[],
  question: EstimateQuestion,
): NaiveEstimate {
  const { asOf, halfLife, chain, dealer, metric, priorStrength: k, prior } = question;
  const sumsOf = (scope: string, who: string) =>
    naiveSums(observations, asOf, halfLife, scope, who, metric);
  const shrink = ({ mass, mean }: NaiveSums, parent: number) =>
    mass === 0 ? parent : (mass * mean + k * parent) / (mass + k);
  const everyone = sumsOf(ALL_SCOPE, POOL_DEALER);
  const pool = question.pool ?? shrink(everyone, prior);
  const value = chain.reduceRight((parent, scope) => shrink(sumsOf(scope, dealer), parent), pool);
  const { mass } = sumsOf(chain[0]!, dealer);
  const variance = everyone.variance ?? question.priorVariance;
  return { value, mass, standardError: Math.sqrt(variance / (mass + k)) };
}
