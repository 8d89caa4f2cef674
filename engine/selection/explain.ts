import type { Explanation, MetricExplanation, ScopeStep } from '../../schemas/explanation.ts';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { LogPosition, MetricScore } from '../../schemas/selection.ts';
import {
  COUNT,
  cellEffectiveSample,
  cellMass,
  cellMean,
  cellVariance,
  NEWEST,
  SUM_V,
  SUM_VV,
  SUM_VX,
  SUM_VXX,
  sumsAt,
} from '../scoring/cell.ts';
import { resolveWeights } from '../scoring/composite.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import type { Model } from '../scoring/model.ts';
import { cellOf, type ScoreRows } from '../scoring/score-rows.ts';
import { estimateOf, type MetricAsOf } from '../scoring/shrinkage.ts';
import { PlaceDescriber, scoreOf } from './describe.ts';
import { type Ranking, type RankOptions, rank, type Term } from './rank.ts';
import { explainDealer } from './reason.ts';

export interface ExplainSource {
  readonly model: Model;
  readonly modelHash: string;
  readonly rulesHash: string;
  readonly position: LogPosition;
  readonly degradedPartitions: readonly number[];
}

/**
 * How a dealer's score at the finest scope of the rows comes about: every number between the raw
 * sums and the composite, by the same functions that ranked it, so that they are equal to the
 * last bit. Null when the dealer was never observed anywhere.
 */
export function explain(
  rows: ScoreRows,
  dealerId: DealerId,
  asOf: Micros,
  source: ExplainSource,
): Explanation | null {
  const dealer = rows.dealers.indexOf(dealerId);
  if (dealer < 0) return null;
  const { model } = source;
  const options: RankOptions = { asOf, model, weights: resolveWeights(), rankedScope: 0 };
  const ranking = rank(rows, options);
  const { sufficientCount } = ranking;
  const place = ranking.order.indexOf(dealer);
  const { value: _, ...described } = new PlaceDescriber(rows, ranking, options).describe(place);
  const scope = rows.scopes[0]!.scope;
  const evidence = { metrics: ranking.metrics, sufficientCount, rankedScope: scope };
  return {
    ...described,
    scope,
    asOf,
    modelHash: source.modelHash,
    rulesHash: source.rulesHash,
    position: source.position,
    degradedPartitions: source.degradedPartitions,
    ranked: sufficientCount,
    metrics: [...ranking.terms, ...unweighted(ranking)]
      .map((term) => ({
        ...scoreOf(rows, dealer, term, 0, estimateOf(rows, dealer, term.of)),
        ...stepsOf(rows, dealer, term.of),
      }))
      .filter(({ weight, scopes }) => weight > 0 || scopes.some(({ count }) => count > 0)),
    reason: explainDealer({ ...described, value: described.composite }, evidence),
  };
}

function unweighted({ metrics, terms }: Ranking): Term[] {
  const others = metrics.filter((of) => !terms.some((term) => term.of === of));
  return others.map((of) => ({ of, weight: 0 }));
}

/** What an explanation has beyond the score. */
type Steps = Omit<MetricExplanation, keyof MetricScore>;

function stepsOf(rows: ScoreRows, dealer: number, of: MetricAsOf): Steps {
  const { metric, memory, field, variance } = of;
  return {
    memory: MEMORIES[memory]!,
    halfLifeMicros: metric.halfLives[memory]!,
    priorStrength: metric.priorStrength,
    field,
    fieldVariance: variance,
    scopes: rows.scopes.map((_, scope) => stepAt(rows, dealer, of, scope)),
  };
}

function stepAt(rows: ScoreRows, dealer: number, of: MetricAsOf, scope: number): ScopeStep {
  const { cells } = rows;
  const { memory, asOf } = of;
  const at = cellOf(rows, scope, dealer, of.metric.column);
  const isEmpty = at < 0 || cells[at + COUNT] === 0;
  const sum = (field: number): number => (isEmpty ? 0 : cells[sumsAt(at, memory) + field]!);
  return {
    scope: rows.scopes[scope]!.scope,
    count: isEmpty ? 0 : cells[at + COUNT]!,
    tsNewest: isEmpty ? null : cells[at + NEWEST]!,
    sums: { v: sum(SUM_V), vx: sum(SUM_VX), vxx: sum(SUM_VXX), vv: sum(SUM_VV) },
    mass: isEmpty ? 0 : cellMass(cells, at, memory, asOf),
    mean: isEmpty ? null : cellMean(cells, at, memory),
    effectiveSample: isEmpty ? 0 : cellEffectiveSample(cells, at, memory),
    variance: isEmpty ? null : cellVariance(cells, at, memory),
    estimate: estimateOf(rows, dealer, of, scope),
  };
}
