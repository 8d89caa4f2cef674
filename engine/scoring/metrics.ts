/** Every metric is remembered with three half-lives, in this order. */
export const MEMORIES = ['fast', 'base', 'slow'] as const;
export type Memory = (typeof MEMORIES)[number];

export interface MetricDefinition {
  /** The memory that it is ranked by. */
  readonly memory: Memory;
  /** What `*`, the pool of all dealers, shrinks to; the metric's own unit. */
  readonly prior: number;
  /** Variance assumed while the pool has none of its own; unit squared. */
  readonly priorVariance: number;
  /** Whether a larger estimate is better. */
  readonly higherIsBetter: boolean;
  /** Maps an estimate to the composite's scale, where larger is better. */
  normalise(estimate: number): number;
  /** d normalise / d estimate, for the composite's standard error. */
  slope(estimate: number): number;
  /** Says an estimate as a trader would, with the dealer as the subject. */
  describe(estimate: number): string;
}

const signed = (bps: number): string => `${bps >= 0 ? '+' : '-'}${Math.abs(bps).toFixed(1)}`;

const CAP_BPS = 10;
const MAX_RESPONSE_SECONDS = 60;

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

const asIs = { normalise: (x: number) => x, slope: () => 1 };
const lessIsBetterBps = { normalise: (bps: number) => 1 - bps / 10, slope: () => -0.1 };
const percent = (rate: number): string => `${Math.round(rate * 100)}%`;

/** Reversion at some minutes after the fill; that at 30 is the composite's leakage. */
function reversionAt(minutes: number) {
  return {
    memory: 'base',
    prior: 0,
    priorVariance: 100,
    higherIsBetter: true,
    normalise: (bps: number) => 1 + clamp(bps, -CAP_BPS, CAP_BPS) / 10,
    slope: (bps: number) => (Math.abs(bps) < CAP_BPS ? 0.1 : 0),
    describe: (bps: number) => `shows ${signed(bps)} bps reversion after ${minutes} min`,
  } as const;
}

/**
 * Every metric the engine keeps, in column order. Adding one is adding an entry here; its
 * observations come from engine/lifecycle.
 */
export const METRICS = {
  fillRate: {
    memory: 'base',
    prior: 0.25,
    priorVariance: 0.1875,
    higherIsBetter: true,
    ...asIs,
    describe: (rate) => `fills ${percent(rate)} of our RFQs`,
  },
  priceImprovementBps: {
    memory: 'base',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: true,
    normalise: (bps) => 1 + bps / 10,
    slope: () => 0.1,
    describe: (bps) => `prices ${signed(bps)} bps against mid`,
  },
  reversion30mBps: reversionAt(30),
  responseSeconds: {
    memory: 'base',
    prior: 60,
    priorVariance: 400,
    higherIsBetter: false,
    normalise: (seconds) => 1 - Math.min(seconds, MAX_RESPONSE_SECONDS) / MAX_RESPONSE_SECONDS,
    slope: (seconds) => (seconds < MAX_RESPONSE_SECONDS ? -1 / MAX_RESPONSE_SECONDS : 0),
    describe: (seconds) => `answers in ${seconds.toFixed(0)} s`,
  },
  quoteRate: {
    memory: 'base',
    prior: 0.5,
    priorVariance: 0.25,
    higherIsBetter: true,
    ...asIs,
    describe: (rate) => `quotes ${percent(rate)} of our RFQs`,
  },
  winWhenQuoted: {
    memory: 'base',
    prior: 0.25,
    priorVariance: 0.1875,
    higherIsBetter: true,
    ...asIs,
    describe: (rate) => `wins ${percent(rate)} of what it quotes`,
  },
  coverBps: {
    memory: 'base',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: false,
    ...lessIsBetterBps,
    describe: (bps) => `quotes ${bps.toFixed(1)} bps off the best`,
  },
  sizeRatio: {
    memory: 'base',
    prior: 1,
    priorVariance: 0.1,
    higherIsBetter: true,
    ...asIs,
    describe: (ratio) => `quotes for ${percent(ratio)} of the size asked`,
  },
  requestDriftBps: {
    memory: 'base',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: false,
    ...lessIsBetterBps,
    describe: (bps) => `sees the market move ${signed(bps)} bps against us while asked`,
  },
  reversion1mBps: reversionAt(1),
  reversion5mBps: reversionAt(5),
  fadeRate: {
    memory: 'base',
    prior: 0,
    priorVariance: 0.05,
    higherIsBetter: false,
    normalise: (rate) => 1 - rate,
    slope: () => -1,
    describe: (rate) => `fades ${percent(rate)} of our acceptances`,
  },
  axeHonesty: {
    memory: 'base',
    prior: 0.5,
    priorVariance: 0.25,
    higherIsBetter: true,
    ...asIs,
    describe: (rate) => `honours ${percent(rate)} of its axes`,
  },
  quoteDistanceBps: {
    memory: 'fast',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: false,
    ...lessIsBetterBps,
    describe: (bps) => `streams ${bps.toFixed(1)} bps off the others' mid`,
  },
} as const satisfies Record<string, MetricDefinition>;

type BuiltInMetric = keyof typeof METRICS;
/** A metric of ours, or a named one from `tca` events, which never mix. */
export type MetricName = BuiltInMetric | `tca.${string}`;

/** The built-in ones, in column order; a model (model.ts) may have more. */
export const METRIC_NAMES = Object.keys(METRICS) as BuiltInMetric[];

/** The composite's parts, in base order: the weight's name, the metric behind it, the base weight. */
export const COMPOSITE_PARTS = [
  { name: 'fillRate', metric: 'fillRate', weight: 0.3 },
  { name: 'priceImprovement', metric: 'priceImprovementBps', weight: 0.4 },
  { name: 'leakage', metric: 'reversion30mBps', weight: 0.2 },
  { name: 'responseSpeed', metric: 'responseSeconds', weight: 0.1 },
] as const satisfies readonly { name: string; metric: BuiltInMetric; weight: number }[];
