import { type BoardBuffer, ROW_STRIDE } from '../../engine/scoreboard/board.ts';
import { BoardReader } from '../../engine/scoreboard/board-reader.ts';
import {
  CELL_STRIDE,
  COUNT,
  LANDMARK,
  SUM_V,
  SUM_VV,
  SUM_VX,
  SUM_VXX,
} from '../../engine/scoring/cell.ts';
import {
  COMPOSITE_PARTS,
  METRIC_NAMES,
  METRICS,
  type MetricName,
} from '../../engine/scoring/metrics.ts';
import type { Model } from '../../engine/scoring/model.ts';
import { ALL_SCOPE, POOL_DEALER, rankedScope, scopeChain } from '../../engine/scoring/scopes.ts';
import { explainDealer } from '../../engine/selection/reason.ts';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type {
  MetricScore,
  OtherDealer,
  SelectedDealer,
  SelectRequest,
} from '../../schemas/selection.ts';

/** Decayed sums of one dealer, scope and metric. */
interface Sums {
  readonly v: number;
  readonly vx: number;
  readonly vxx: number;
  readonly vv: number;
  readonly halfLives: number;
}

type DealerSums = Map<MetricName, Sums>;

/** What every dealer is scored for. */
interface Question {
  readonly chain: readonly string[];
  readonly scope: string;
  readonly field: Map<string, number>;
  readonly asOf: Micros;
}

export interface NaiveAnswer {
  readonly dealers: readonly SelectedDealer[];
  readonly others: readonly OtherDealer[];
}

/**
 * The selection as one would write it first: an object for every score, maps to find them by, a
 * sort. It answers the same question as the engine's, reasons included, and must give the same list.
 */
export class NaiveSelector {
  readonly #model: Model;
  readonly #instruments = new Map<string, InstrumentEvent>();
  readonly #sums = new Map<string, Map<string, DealerSums>>();

  constructor(board: BoardBuffer, model: Model) {
    this.#model = model;
    this.#copy(board);
  }

  select(order: SelectRequest, count = 5): NaiveAnswer {
    const { instrumentId, tsEvent } = order;
    const chain = scopeChain(instrumentId, this.#instruments.get(instrumentId), tsEvent);
    const field = this.#fieldAt(tsEvent);
    const scope = this.#rankedScope(chain, tsEvent);
    const question = { chain, scope, field, asOf: tsEvent };
    const ranked = [...this.#sums.get(ALL_SCOPE)!.keys()]
      .filter((dealerId) => dealerId !== POOL_DEALER)
      .map((dealerId) => this.#score(dealerId, question))
      .sort(
        (a, b) =>
          Number(a.insufficient) - Number(b.insufficient) ||
          b.composite - a.composite ||
          (a.dealerId < b.dealerId ? -1 : 1),
      );
    const evidence = {
      field: Float64Array.from(METRIC_NAMES, (name) => field.get(name)!),
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
        reason: explainDealer(dealer, evidence),
      })),
      others: placed.slice(count).map(({ dealerId, rank, composite, insufficient }) => {
        return { dealerId, rank, composite, insufficient };
      }),
    };
  }

  #score(dealerId: string, question: Question) {
    const metrics = METRIC_NAMES.map((name) => this.#metric(dealerId, name, question));
    const composite = COMPOSITE_PARTS.map(
      (part) => metrics.find(({ metric }) => metric === part.metric)!.contribution,
    ).reduce((sum, part) => sum + part, 0);
    const asked = metrics.find(({ metric }) => metric === 'fillRate')!.mass;
    return {
      dealerId: dealerId as DealerId,
      value: composite,
      composite,
      compositeStandardError: this.#compositeError(metrics),
      displayScore: 10 * Math.min(1, Math.max(0, (composite - 0.5) / 0.6)),
      insufficient: asked < this.#model.minObservations,
      metrics,
    };
  }

  #metric(
    dealerId: string,
    metric: MetricName,
    { chain, scope: rankedAt, field, asOf }: Question,
  ): MetricScore {
    const k = this.#model.priorStrength;
    let estimate = field.get(metric)!;
    let mass = 0;
    for (const scope of [...chain].reverse()) {
      const sums = this.#sums.get(scope)?.get(dealerId)?.get(metric);
      mass = sums === undefined ? 0 : this.#massOf(sums, metric, asOf);
      if (sums !== undefined) estimate = (mass * (sums.vx / sums.v) + k * estimate) / (mass + k);
    }
    const ranked = this.#sums.get(rankedAt)?.get(dealerId)?.get(metric);
    const weight = COMPOSITE_PARTS.find((part) => part.metric === metric)?.weight ?? 0;
    const normalised = METRICS[metric].normalise(estimate);
    return {
      metric,
      estimate,
      standardError: Math.sqrt(this.#variance(metric) / (mass + k)),
      normalised,
      weight,
      contribution: weight * normalised,
      mass: ranked === undefined ? 0 : this.#massOf(ranked, metric, asOf),
      effectiveSample: ranked === undefined ? 0 : ranked.v ** 2 / ranked.vv,
    };
  }

  /** The order's segment, or the next wider scope where anybody has evidence enough. */
  #rankedScope(chain: readonly string[], asOf: Micros): string {
    const from = chain.indexOf(rankedScope(chain));
    const isEnough = (sums: DealerSums): boolean => {
      const asked = sums.get('fillRate');
      if (asked === undefined) return false;
      return this.#massOf(asked, 'fillRate', asOf) >= this.#model.minObservations;
    };
    const hasEvidence = (scope: string): boolean =>
      [...(this.#sums.get(scope) ?? [])].some(([id, sums]) => id !== POOL_DEALER && isEnough(sums));
    return chain.slice(from).find(hasEvidence) ?? ALL_SCOPE;
  }

  #compositeError(metrics: readonly MetricScore[]): number {
    const parts = metrics.map(({ metric, weight, estimate, standardError }) => {
      return weight * METRICS[metric as MetricName].slope(estimate) * standardError!;
    });
    return Math.sqrt(parts.reduce((sum, part) => sum + part ** 2, 0));
  }

  /** What all dealers pooled shrink to, by metric. */
  #fieldAt(asOf: Micros): Map<string, number> {
    const k = this.#model.priorStrength;
    const pool = this.#sums.get(ALL_SCOPE)!.get(POOL_DEALER)!;
    return new Map(
      METRIC_NAMES.map((metric) => {
        const { prior } = METRICS[metric];
        const sums = pool.get(metric);
        if (sums === undefined) return [metric, prior];
        const mass = this.#massOf(sums, metric, asOf);
        return [metric, (mass * (sums.vx / sums.v) + k * prior) / (mass + k)];
      }),
    );
  }

  #variance(metric: MetricName): number {
    const sums = this.#sums.get(ALL_SCOPE)!.get(POOL_DEALER)!.get(metric);
    if (sums === undefined) return METRICS[metric].priorVariance;
    const n = sums.v ** 2 / sums.vv;
    if (n <= 1) return METRICS[metric].priorVariance;
    return (Math.max(0, sums.vxx / sums.v - (sums.vx / sums.v) ** 2) * n) / (n - 1);
  }

  #massOf({ v, halfLives }: Sums, metric: MetricName, asOf: Micros): number {
    const halfLife = this.#model.halfLifeMicros[METRICS[metric].memory];
    return v * 2 ** (halfLives - asOf / halfLife);
  }

  #copy(board: BoardBuffer): void {
    const scopes: string[] = [];
    const dealers: string[] = [];
    const rows: { scope: string; dealer: string }[] = [];
    const listener = {
      scope: (name: string) => scopes.push(name),
      dealer: (name: string) => dealers.push(name),
      instrument: (json: string) => {
        const instrument = JSON.parse(json) as InstrumentEvent;
        this.#instruments.set(instrument.instrumentId, instrument);
      },
      row: (scope: number, dealer: number) =>
        rows.push({ scope: scopes[scope]!, dealer: dealers[dealer]! }),
    };
    new BoardReader(board, listener).read(({ cells }) => {
      for (const [row, { scope, dealer }] of rows.entries()) {
        const byDealer = this.#sums.get(scope) ?? new Map<string, DealerSums>();
        this.#sums.set(scope, byDealer.set(dealer, sumsOf(cells, row * ROW_STRIDE)));
      }
    });
  }
}

function sumsOf(cells: Float64Array, rowAt: number): DealerSums {
  const sums: DealerSums = new Map();
  for (const [column, metric] of METRIC_NAMES.entries()) {
    const at = rowAt + column * CELL_STRIDE;
    if (cells[at + COUNT] === 0) continue;
    sums.set(metric, {
      v: cells[at + SUM_V]!,
      vx: cells[at + SUM_VX]!,
      vxx: cells[at + SUM_VXX]!,
      vv: cells[at + SUM_VV]!,
      halfLives: cells[at + LANDMARK]!,
    });
  }
  return sums;
}
