import { resolveWeights, type WeightedMetric } from '../scoring/composite.ts';

/** What a desk decides about a selection: how dealers are weighed, and how many are called. */
export interface Rules {
  /** The composite's terms, in adding order. */
  readonly weights: readonly WeightedMetric[];
  /** Dealers to recommend when the order does not say. */
  readonly count: number;
  /** What a full-size axe of a wholly honest dealer adds to its composite. */
  readonly axeWeight: number;
}

export const DEFAULT_RULES: Rules = { weights: resolveWeights(), count: 5, axeWeight: 0.1 };

/** The rules as text: what their hash is taken of. */
export function canonicalRules(rules: Rules): string {
  const weights = rules.weights.map(({ metric, weight }) => [metric, weight]);
  return JSON.stringify({ weights, count: rules.count, axeWeight: rules.axeWeight });
}
