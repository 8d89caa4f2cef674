import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';

/** What a dealer has of a metric; undefined: it was never observed. */
export function scoreOf({ metrics }: ScoredDealer, metric: string): MetricScore | undefined {
  return metrics.find((each) => each.metric === metric);
}
