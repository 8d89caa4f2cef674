import type { ScoredDealer } from '../../schemas/selection.ts';

/** By metric: the standard error that a bar's full length stands for. */
export type ErrorScales = Readonly<Record<string, number>>;

/** A scale is a power of this, so that it rests while errors move. */
const STEP = 2;

/** The largest standard error of each metric among the ranked dealers, rounded up. */
export function errorScales(rows: readonly Pick<ScoredDealer, 'metrics' | 'insufficient'>[]) {
  const largest: Record<string, number> = {};
  for (const { metrics, insufficient } of rows) {
    if (insufficient) continue;
    for (const { metric, standardError } of metrics) {
      if (standardError !== null && standardError > (largest[metric] ?? 0)) {
        largest[metric] = standardError;
      }
    }
  }
  const scales: Record<string, number> = {};
  for (const [metric, error] of Object.entries(largest)) {
    scales[metric] = STEP ** Math.ceil(Math.log2(error) / Math.log2(STEP));
  }
  return scales as ErrorScales;
}

export function sameScales(a: ErrorScales, b: ErrorScales): boolean {
  const metrics = Object.keys(a);
  return metrics.length === Object.keys(b).length && metrics.every((each) => a[each] === b[each]);
}
