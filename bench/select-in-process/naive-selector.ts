import type { BoardBuffer } from '../../engine/scoreboard/board.ts';
import { normalise, slopeAt } from '../../engine/scoring/composite.ts';
import { COMPOSITE_PARTS } from '../../engine/scoring/metrics.ts';
import { type Model, type ModelMetric, metricOf, metricsOf } from '../../engine/scoring/model.ts';
import { ALL_SCOPE, POOL_DEALER, rankedScope, scopeChain } from '../../engine/scoring/scopes.ts';
import { explainDealer } from '../../engine/selection/reason.ts';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { OtherDealer } from '../../schemas/other-dealers.ts';
import type {
  Appetite,
  AxePart,
  MetricScore,
  SelectedDealer,
  SelectRequest,
} from '../../schemas/selection.ts';
import { type DealerScores, readScores, type Scores, type Sums } from './naive-scores.ts';

/** What every dealer is scored for. */
interface Question {
  readonly order: SelectRequest;
  readonly chain: readonly string[];
  readonly scope: string;
  readonly field: Map<string, number>;
  readonly asOf: Micros;
}

export interface NaiveAnswer {
  readonly dealers: readonly Omit<SelectedDealer, 'chance'>[];
  readonly others: readonly Omit<OtherDealer, 'chance'>[];
}

const AXE_WEIGHT = 0.1;

/**
 * The selection as one would write it first: an object for every score, maps to find them by, a
 * sort. It answers the same question as the engine's, reasons included, and must give the same list.
 */
export class NaiveSelector {
  readonly #model: Model;
  readonly #metrics: readonly ModelMetric[];
  readonly #scores: Scores;

  constructor(board: BoardBuffer, model: Model) {
    this.#model = model;
    this.#metrics = metricsOf(model);
    this.#scores = readScores(board, model);
  }

  select(order: SelectRequest, count = 5): NaiveAnswer {
    const { instrumentId, tsEvent } = order;
    const chain = scopeChain(instrumentId, this.#scores.instruments.get(instrumentId), tsEvent);
    const field = this.#fieldAt(tsEvent);
    const scope = this.#rankedScope(chain, tsEvent);
    const question = { order, chain, scope, field, asOf: tsEvent };
    const ranked = [...this.#scores.scopes.get(ALL_SCOPE)!.keys()]
      .filter((dealerId) => dealerId !== POOL_DEALER)
      .map((dealerId) => this.#score(dealerId, question))
      .sort(
        (a, b) =>
          Number(a.insufficient) - Number(b.insufficient) ||
          b.composite - a.composite ||
          (a.dealerId < b.dealerId ? -1 : 1),
      );
    const evidence = {
      metrics: this.#metrics.map((metric) => ({ metric, field: field.get(metric.name)! })),
      sufficientCount: ranked.filter((dealer) => !dealer.insufficient).length,
      rankedScope: scope,
    };
    const placed = ranked.map((dealer, i) => ({
      ...dealer,
      rank: dealer.insufficient ? null : i + 1,
    }));
    return {
      dealers: placed.slice(0, count).map((dealer, i) => ({
        ...dealer,
        callOrder: i + 1,
        reason: explainDealer(dealer, evidence, {
          axe: dealer.axe,
          isAxeTested: false,
          isDrawn: false,
        }),
      })),
      others: placed.slice(count).map(({ dealerId, rank, composite }) => {
        return { dealerId, rank, composite };
      }),
    };
  }

  #score(dealerId: string, question: Question) {
    const all = this.#metrics.map((metric) => this.#metric(dealerId, metric, question));
    const parts = COMPOSITE_PARTS.map((part) => all.find((m) => m.metric === part.metric)!);
    const metrics = [...parts, ...all.filter((m) => m.weight === 0 && m.effectiveSample > 0)];
    const axe = this.#axePart(dealerId, all, question);
    const composite =
      parts.reduce((sum, part) => sum + part.contribution, 0) + (axe?.contribution ?? 0);
    const asked = all.find(({ metric }) => metric === 'fillRate')!.mass;
    return {
      dealerId: dealerId as DealerId,
      value: composite,
      composite,
      compositeStandardError: this.#compositeError(parts),
      displayScore: 10 * Math.min(1, Math.max(0, (composite - 0.5) / 0.6)),
      insufficient: asked < this.#model.minObservations,
      tier: null,
      appetite: this.#appetite(dealerId, question),
      metrics,
      axe,
    };
  }

  #metric(
    dealerId: string,
    metric: ModelMetric,
    { chain, scope: rankedAt, field, asOf }: Question,
  ): MetricScore {
    const { name, priorStrength: k } = metric;
    let estimate = field.get(name)!;
    let mass = 0;
    for (const scope of [...chain].reverse()) {
      const sums = this.#sums(scope, dealerId, metric);
      mass = sums === undefined ? 0 : massOf(sums, asOf);
      if (sums !== undefined) estimate = (mass * (sums.vx / sums.v) + k * estimate) / (mass + k);
    }
    const ranked = this.#sums(rankedAt, dealerId, metric);
    const weight = COMPOSITE_PARTS.find((part) => part.metric === name)?.weight ?? 0;
    const normalised = normalise(metric.scale, estimate);
    return {
      metric: name,
      estimate,
      standardError: Math.sqrt(this.#variance(metric) / (mass + k)),
      normalised,
      weight,
      contribution: weight * normalised,
      mass: ranked === undefined ? 0 : massOf(ranked, asOf),
      effectiveSample: ranked === undefined ? 0 : ranked.v ** 2 / ranked.vv,
    };
  }

  #axePart(
    dealerId: string,
    metrics: readonly MetricScore[],
    { order, chain, asOf }: Question,
  ): AxePart | null {
    const scores = this.#scores.scopes.get(chain[0]!)?.get(dealerId);
    const axe = order.side === 'buy' ? scores?.axeToSell : scores?.axeToBuy;
    if (axe === undefined || axe.tsEvent > asOf || axe.tsExpires <= asOf) return null;
    const honesty = metrics.find(({ metric }) => metric === 'axeHonesty')!.estimate;
    const share = Math.min(1, axe.quantity / order.quantity);
    const { quantity, price, tsExpires } = axe;
    return { quantity, price, tsExpires, honesty, contribution: AXE_WEIGHT * honesty * share };
  }

  #appetite(dealerId: string, { scope, asOf }: Question): Appetite {
    const sums = this.#scores.scopes.get(scope)?.get(dealerId)?.sums.get('quoteRate');
    const [fast, , slow] = sums ?? [];
    const [fastError, slowError] = [fast, slow].map((s) => (s === undefined ? null : errorOf(s)));
    if (fast === undefined || slow === undefined || fastError == null || slowError == null) {
      return { state: 'unknown', z: null };
    }
    const error = Math.sqrt(fastError ** 2 + slowError ** 2);
    const z = error === 0 ? 0 : (fast.vx / fast.v - slow.vx / slow.v) / error;
    if (massOf(fast, asOf) < 5 || Math.abs(z) < 2) return { state: 'steady', z };
    return { state: z > 0 ? 'comingIn' : 'backingOff', z };
  }

  /** The order's segment, or the next wider scope where anybody has evidence enough. */
  #rankedScope(chain: readonly string[], asOf: Micros): string {
    const from = chain.indexOf(rankedScope(chain));
    const fillRate = metricOf(this.#model, 'fillRate')!;
    const isEnough = (scores: DealerScores): boolean => {
      const asked = scores.sums.get('fillRate')?.[fillRate.ranked];
      return asked !== undefined && massOf(asked, asOf) >= this.#model.minObservations;
    };
    const hasEvidence = (scope: string): boolean =>
      [...(this.#scores.scopes.get(scope) ?? [])].some(
        ([id, scores]) => id !== POOL_DEALER && isEnough(scores),
      );
    return chain.slice(from).find(hasEvidence) ?? ALL_SCOPE;
  }

  #compositeError(metrics: readonly MetricScore[]): number {
    const parts = metrics.map(({ metric, weight, estimate, standardError }) => {
      return weight * slopeAt(metricOf(this.#model, metric)!.scale, estimate) * standardError!;
    });
    return Math.sqrt(parts.reduce((sum, part) => sum + part ** 2, 0));
  }

  /** What all dealers pooled shrink to, by metric. */
  #fieldAt(asOf: Micros): Map<string, number> {
    return new Map(
      this.#metrics.map((metric) => {
        const { name, prior, priorStrength: k } = metric;
        const sums = this.#sums(ALL_SCOPE, POOL_DEALER, metric);
        if (sums === undefined) return [name, prior];
        const mass = massOf(sums, asOf);
        return [name, (mass * (sums.vx / sums.v) + k * prior) / (mass + k)];
      }),
    );
  }

  #variance(metric: ModelMetric): number {
    const sums = this.#sums(ALL_SCOPE, POOL_DEALER, metric);
    return (sums === undefined ? null : varianceOf(sums)) ?? metric.priorVariance;
  }

  #sums(scope: string, dealerId: string, metric: ModelMetric): Sums | undefined {
    return this.#scores.scopes.get(scope)?.get(dealerId)?.sums.get(metric.name)?.[metric.ranked];
  }
}

function massOf({ v, newest, halfLife }: Sums, asOf: Micros): number {
  return v * 2 ** (Math.floor(newest / halfLife) - asOf / halfLife);
}

function varianceOf({ v, vx, vxx, vv }: Sums): number | null {
  const n = v ** 2 / vv;
  if (n <= 1.01) return null;
  return (Math.max(0, vxx / v - (vx / v) ** 2) * n) / (n - 1);
}

function errorOf(sums: Sums): number | null {
  const variance = varianceOf(sums);
  return variance === null ? null : Math.sqrt(variance / (sums.v ** 2 / sums.vv));
}
