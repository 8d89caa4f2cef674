import type { Micros } from '../../schemas/ids.ts';
import {
  MEMORIES,
  METRIC_NAMES,
  METRICS,
  type Memory,
  type MetricDefinition,
  scaleOf,
} from './metrics.ts';

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

/**
 * How long after its close an RFQ or an order takes parts: the longest mark-out horizon, so that
 * what is measured then is settled.
 */
export const SETTLE_MICROS = 1800 * MICROS_PER_SECOND;

/** Half-life of each memory, whole microseconds. */
type HalfLives = Readonly<Record<Memory, Micros>>;

/** A metric of `tca` events, which the model has to name for it to be scored. */
export interface TcaMetric {
  /** As in the event; the metric is called `tca.<name>`. */
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** What all dealers pooled shrink to, in the metric's own unit. */
  readonly prior: number;
  /** Variance of an observation while the pool has none of its own; unit squared. */
  readonly priorVariance: number;
}

/** Composite at which a dealer enters a tier, and the lower one at which it leaves. */
export interface TierThreshold {
  readonly enter: number;
  readonly leave: number;
}

/**
 * What turns a log into scores. Its hash stands in every answer: two engines with the same hash and
 * the same log hold the same bits, and changing any of it means a replay.
 */
export interface Model {
  readonly halfLifeMicros: HalfLives;
  /** Prior strength k: how many observations the parent scope counts for. */
  readonly priorStrength: number;
  /** What differs for one metric, by its name. */
  readonly metrics: Readonly<Record<string, MetricSettings>>;
  /** Named metrics from outside; at most MAX_TCA_METRICS. */
  readonly tcaMetrics: readonly TcaMetric[];
  /** Fewer decayed observations than this at the ranked scope: `insufficient`. */
  readonly minObservations: number;
  /** How much later than the newest event of its partition an event may come and still count. */
  readonly latenessMicros: Micros;
  /** A mid older than this is stale, where the instrument does not say. */
  readonly staleAfterMicros: Micros;
  /** An RFQ or order nobody closed is closed after this long; a fill can be busted as long after the close. */
  readonly orderTimeoutMicros: Micros;
  /** Whether segments are also kept by the client's side. */
  readonly splitBySide: boolean;
  /** Ascending nominals that split segments by the size asked; none: no split. */
  readonly sizeBounds: readonly number[];
  /** Best tier first; who is in none of them is in the one after the last. */
  readonly tiers: readonly TierThreshold[];
}

export interface MetricSettings {
  readonly halfLifeMicros?: Partial<HalfLives>;
  readonly priorStrength?: number;
}

export const MAX_TCA_METRICS = 12;

export const DEFAULT_MODEL: Model = {
  halfLifeMicros: {
    fast: 5 * MICROS_PER_DAY,
    base: 30 * MICROS_PER_DAY,
    slow: 90 * MICROS_PER_DAY,
  },
  priorStrength: 5,
  metrics: {},
  tcaMetrics: [],
  minObservations: 5,
  latenessMicros: 600 * MICROS_PER_SECOND,
  staleAfterMicros: 3600 * MICROS_PER_SECOND,
  orderTimeoutMicros: MICROS_PER_DAY,
  splitBySide: false,
  sizeBounds: [],
  tiers: [
    { enter: 0.72, leave: 0.68 },
    { enter: 0.62, leave: 0.58 },
  ],
};

/** A metric as one model has it. */
export interface ModelMetric extends MetricDefinition {
  readonly name: string;
  /** Its place in every row of cells. */
  readonly column: number;
  /** [memories], in the order of MEMORIES: half-lives, microseconds. */
  readonly halfLives: readonly Micros[];
  /** Index into MEMORIES of the memory that it is ranked by. */
  readonly ranked: number;
  readonly priorStrength: number;
}

const known = new WeakMap<Model, readonly ModelMetric[]>();

/** Every metric of a model in column order: the built-in ones, then those of `tca` events. */
export function metricsOf(model: Model): readonly ModelMetric[] {
  let metrics = known.get(model);
  if (metrics === undefined) {
    metrics = buildMetrics(model);
    known.set(model, metrics);
  }
  return metrics;
}

/** Undefined where the model has no metric of that name. */
export function metricOf(model: Model, name: string): ModelMetric | undefined {
  return metricsOf(model).find((metric) => metric.name === name);
}

function buildMetrics(model: Model): ModelMetric[] {
  const builtIn = METRIC_NAMES.map((name) => [name, METRICS[name] as MetricDefinition] as const);
  const outside = model.tcaMetrics.map((tca) => [`tca.${tca.name}`, tcaDefinition(tca)] as const);
  return [...builtIn, ...outside].map(([name, definition], column) => {
    const settings = model.metrics[name] ?? {};
    const halfLives = { ...model.halfLifeMicros, ...settings.halfLifeMicros };
    return {
      ...definition,
      name,
      column,
      halfLives: MEMORIES.map((memory) => halfLives[memory]),
      ranked: MEMORIES.indexOf(definition.memory),
      priorStrength: settings.priorStrength ?? model.priorStrength,
    };
  });
}

/** Of a metric whose unit we do not know: it enters a composite as it is. */
function tcaDefinition({
  name,
  higherIsBetter,
  prior,
  priorVariance,
}: TcaMetric): MetricDefinition {
  const sign = higherIsBetter ? 1 : -1;
  return {
    memory: 'base',
    prior,
    priorVariance,
    higherIsBetter,
    scale: scaleOf(0, sign),
    describe: (value) => `has ${name} of ${value.toPrecision(3)}`,
  };
}

/** The model as text, keys sorted: what its hash is taken of. Includes what the code fixes. */
export function canonicalModel(model: Model): string {
  const metrics = metricsOf(model).map(
    ({ name, halfLives, ranked, prior, priorVariance, priorStrength }) =>
      [name, halfLives, ranked, prior, priorVariance, priorStrength] as const,
  );
  const sorted = Object.entries({ ...model, metrics }).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted);
}
