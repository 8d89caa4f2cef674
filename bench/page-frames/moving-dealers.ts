import { METRIC_NAMES, METRICS } from '../../engine/scoring/metrics.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';

/** Too few RFQs to rank them: the last of so many. */
const UNRANKED_SHARE = 0.05;
const WEIGHTS: Readonly<Record<string, number>> = {
  fillRate: 0.45,
  priceImprovementBps: 0.25,
  reversion30mBps: 0.2,
  responseSeconds: 0.1,
};

/** Dealers whose every score moves a little with each step; the same from the same seed. */
export class MovingDealers {
  readonly #random: () => number;
  #rows: readonly ScoredDealer[];

  constructor(count: number, seed = 7) {
    this.#random = randomOf(seed);
    const ranked = Math.ceil(count * (1 - UNRANKED_SHARE));
    const rows = Array.from({ length: count }, (_, i) => this.#dealer(i, i >= ranked));
    this.#rows = withRanks(rows);
  }

  get rows(): readonly ScoredDealer[] {
    return this.#rows;
  }

  /** Every dealer's scores move. */
  step(): readonly ScoredDealer[] {
    this.#rows = withRanks(this.#rows.map((row) => this.#moved(row)));
    return this.#rows;
  }

  #dealer(i: number, insufficient: boolean): ScoredDealer {
    const composite = 0.5 + 0.6 * this.#random();
    return {
      dealerId: `DEALER-${String(i).padStart(3, '0')}` as DealerId,
      rank: null,
      value: composite,
      composite,
      compositeStandardError: insufficient ? 0.09 : 0.01 + 0.03 * this.#random(),
      displayScore: 10 * composite,
      insufficient,
      tier: insufficient ? null : 1 + Math.floor(3 * this.#random()),
      appetite: { state: 'steady', z: 0.4 },
      metrics: METRIC_NAMES.map((metric) => this.#metric(metric)),
    };
  }

  #metric(metric: keyof typeof METRICS): MetricScore {
    const { prior, priorVariance } = METRICS[metric];
    const spread = Math.sqrt(priorVariance);
    const weight = WEIGHTS[metric] ?? 0;
    return {
      metric,
      estimate: prior + (this.#random() - 0.5) * spread,
      standardError: spread * (0.02 + 0.1 * this.#random()),
      normalised: 0.5,
      weight,
      contribution: weight * 0.5,
      mass: 20 + 400 * this.#random(),
      effectiveSample: 10 + 200 * this.#random(),
    };
  }

  #moved(row: ScoredDealer): ScoredDealer {
    const composite = row.composite + 0.002 * (this.#random() - 0.5);
    const metrics = row.metrics.map((score) => {
      const step = (this.#random() - 0.5) * (score.standardError ?? 0) * 0.2;
      return { ...score, estimate: score.estimate + step };
    });
    const displayScore = Math.min(10, Math.max(0, 10 * composite));
    return { ...row, composite, value: composite, displayScore, metrics };
  }
}

function withRanks(rows: readonly ScoredDealer[]): readonly ScoredDealer[] {
  const ranked = rows.filter(({ insufficient }) => !insufficient);
  ranked.sort((a, b) => b.composite - a.composite);
  const rankOf = new Map(ranked.map(({ dealerId }, i) => [dealerId, i + 1]));
  return rows.map((row) => ({ ...row, rank: rankOf.get(row.dealerId) ?? null }));
}

/** Mulberry32: 0 to 1. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
