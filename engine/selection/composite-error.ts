import { slopeAt } from '../scoring/composite.ts';
import type { Scale } from '../scoring/metrics.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { denseOf, estimateDealers, type MetricAsOf } from '../scoring/shrinkage.ts';
import type { Ranking } from './rank.ts';
import { RankingRoom } from './ranking-room.ts';

/**
 * A term's part of the variance of a composite: (weight x slope x se)^2. The parts are taken as
 * independent, which they are not quite.
 */
export function variancePart(
  weight: number,
  scale: Scale,
  estimate: number,
  standardError: number,
): number {
  const part = weight * slopeAt(scale, estimate) * standardError;
  return part * part;
}

/** [dealers]: the standard error of every dealer's composite, until the next ranking. */
export function compositeErrors(rows: ScoreRows, { terms }: Ranking): Float64Array {
  const { errors, estimates, masses } = RankingRoom.for(rows.dealers.length);
  errors.fill(0);
  for (const { of, weight } of terms) {
    if (weight === 0) continue;
    const { variance, strength, metric } = of;
    estimateDealers(rows, of, estimates);
    massesAtFinest(rows, of, masses);
    for (let dealer = 0; dealer < errors.length; dealer++) {
      const standardError = Math.sqrt(variance / (masses[dealer]! + strength));
      errors[dealer]! += variancePart(weight, metric.scale, estimates[dealer]!, standardError);
    }
  }
  for (let dealer = 0; dealer < errors.length; dealer++)
    errors[dealer] = Math.sqrt(errors[dealer]!);
  return errors;
}

function massesAtFinest(rows: ScoreRows, of: MetricAsOf, out: Float64Array): void {
  const { column, factor } = denseOf(rows, of, 0);
  out.fill(0);
  for (let i = 0; i < column.count; i++) out[column.dealers[i]!] = column.sums[2 * i]! * factor;
}
