import type { Measurement } from './facts.ts';
import {
  MAX_RESPONSE_SECONDS,
  measureAxeHonesty,
  measureQuoteRate,
  measureResponse,
  measureWin,
} from './metrics/answers.ts';
import {
  measureCover,
  measureDrift,
  measureImprovement,
  measureQuoteDistance,
  measureReversion,
} from './metrics/prices.ts';

/** Every metric is remembered with three half-lives, in this order. */
export const MEMORIES = ['fast', 'base', 'slow'] as const;
export type Memory = (typeof MEMORIES)[number];

/** base + x / unit, with x kept within `low` and `high`. Numbers, so that a ranking calls nothing for them. */
export interface Scale {
  readonly base: number;
  /** What counts for 1; negative where less is better. The metric's own unit. */
  readonly unit: number;
  readonly low: number;
  readonly high: number;
}

export interface MetricDefinition {
  /** The memory that it is ranked by. */
  readonly memory: Memory;
  /** What `*`, the pool of all dealers, shrinks to; the metric's own unit. */
  readonly prior: number;
  /** Variance assumed while the pool has none of its own; unit squared. */
  readonly priorVariance: number;
  /** Whether a larger estimate is better. */
  readonly higherIsBetter: boolean;
  /** Maps an estimate to the composite's scale (composite.ts), where larger is better. */
  readonly scale: Scale;
  /** Says an estimate as a trader would, with the dealer as the subject. */
  describe(estimate: number): string;
  /** How it comes about; absent from metrics of `tca` events, which come measured. */
  readonly measurement?: Measurement;
}

/** Texts of -100.0 to 100.0, by tenths, as they are first said: `toFixed` is half of a sentence's cost. */
const TENTHS_MAX = 1000;
const tenthTexts: (string | undefined)[] = new Array(2 * TENTHS_MAX + 1).fill(undefined);

/** To one digit. What rounds to zero has no sign. */
function rounded(bps: number): string {
  const tenths = Math.round(bps * 10);
  // Nearer to half a tenth than this, the product's own rounding could decide.
  const isPlain = Math.abs(tenths) <= TENTHS_MAX && Math.abs(bps * 10 - tenths) < 0.499;
  if (!isPlain) return bps.toFixed(1).replace(/^-(?=0\.0$)/, '');
  tenthTexts[tenths + TENTHS_MAX] ??= (tenths / 10).toFixed(1);
  return tenthTexts[tenths + TENTHS_MAX]!;
}

function signed(bps: number): string {
  const text = rounded(bps);
  return bps > 0 && text !== '0.0' ? `+${text}` : text;
}

const CAP_BPS = 10;

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;

/** A scale without bounds, unless they are given. */
export function scaleOf(
  base: number,
  unit: number,
  { low = NEGATIVE_INFINITY, high = POSITIVE_INFINITY }: { low?: number; high?: number } = {},
): Scale {
  return { base, unit, low, high };
}

const AS_IS = scaleOf(0, 1);
const LESS_IS_BETTER_BPS = scaleOf(1, -10);
const percent = (rate: number): string => `${Math.round(rate * 100)}%`;

/** Reversion at some minutes after the fill; that at 30 is the composite's leakage. */
function reversionAt(minutes: 1 | 5 | 30) {
  return {
    memory: 'base',
    prior: 0,
    priorVariance: 100,
    higherIsBetter: true,
    scale: scaleOf(1, 10, { low: -CAP_BPS, high: CAP_BPS }),
    describe: (bps: number) => `shows ${signed(bps)} bps reversion after ${minutes} min`,
    measurement: { per: 'fills', measure: measureReversion(minutes) },
  } as const;
}

/**
 * Every metric the engine keeps, in column order. Adding one is adding an entry here: `measurement`
 * says for each of what it is measured and how, from facts that engine/lifecycle gathers (facts.ts).
 */
export const METRICS = {
  fillRate: {
    memory: 'base',
    prior: 0.25,
    priorVariance: 0.1875,
    higherIsBetter: true,
    scale: AS_IS,
    describe: (rate) => `fills ${percent(rate)} of our RFQs`,
    measurement: {
      per: 'ask',
      usesMarkets: false,
      measure: (rfq, ask) =>
        rfq.isCancelledUnquoted ? null : { value: ask.filledQuantity > 0 ? 1 : 0 },
    },
  },
  priceImprovementBps: {
    memory: 'base',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: true,
    scale: scaleOf(1, 10),
    describe: (bps) => `prices ${signed(bps)} bps against mid`,
    measurement: { per: 'fills', measure: measureImprovement },
  },
  reversion30mBps: reversionAt(30),
  responseSeconds: {
    memory: 'base',
    prior: 60,
    priorVariance: 400,
    higherIsBetter: false,
    scale: scaleOf(1, -MAX_RESPONSE_SECONDS, { high: MAX_RESPONSE_SECONDS }),
    describe: (seconds) => `answers in ${seconds.toFixed(0)} s`,
    measurement: { per: 'ask', usesMarkets: false, measure: measureResponse },
  },
  quoteRate: {
    memory: 'base',
    prior: 0.5,
    priorVariance: 0.25,
    higherIsBetter: true,
    scale: AS_IS,
    describe: (rate) => `quotes ${percent(rate)} of our RFQs`,
    measurement: { per: 'ask', usesMarkets: false, measure: measureQuoteRate },
  },
  winWhenQuoted: {
    memory: 'base',
    prior: 0.25,
    priorVariance: 0.1875,
    higherIsBetter: true,
    scale: AS_IS,
    describe: (rate) => `wins ${percent(rate)} of what it quotes`,
    measurement: { per: 'ask', usesMarkets: false, measure: measureWin },
  },
  coverBps: {
    memory: 'base',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: false,
    scale: LESS_IS_BETTER_BPS,
    describe: (bps) => `quotes ${rounded(bps)} bps off the best`,
    measurement: { per: 'quote', usesMarkets: true, measure: measureCover },
  },
  sizeRatio: {
    memory: 'base',
    prior: 1,
    priorVariance: 0.1,
    higherIsBetter: true,
    scale: AS_IS,
    describe: (ratio) => `quotes for ${percent(ratio)} of the size asked`,
    measurement: {
      per: 'quote',
      usesMarkets: false,
      measure: (rfq, { quantity }) =>
        quantity === null ? { missing: 'noSize' } : { value: Math.min(1, quantity / rfq.quantity) },
    },
  },
  requestDriftBps: {
    memory: 'base',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: false,
    scale: LESS_IS_BETTER_BPS,
    describe: (bps) => `sees the market move ${signed(bps)} bps against us while asked`,
    measurement: { per: 'ask', usesMarkets: true, measure: measureDrift },
  },
  reversion1mBps: reversionAt(1),
  reversion5mBps: reversionAt(5),
  fadeRate: {
    memory: 'base',
    prior: 0,
    priorVariance: 0.05,
    higherIsBetter: false,
    scale: scaleOf(1, -1),
    describe: (rate) => `fades ${percent(rate)} of our acceptances`,
    measurement: {
      per: 'acceptance',
      measure: ({ isRejected }) => ({ value: isRejected ? 1 : 0 }),
    },
  },
  axeHonesty: {
    memory: 'base',
    prior: 0.5,
    priorVariance: 0.25,
    higherIsBetter: true,
    scale: AS_IS,
    describe: (rate) => `honours ${percent(rate)} of its axes`,
    measurement: { per: 'ask', usesMarkets: false, measure: measureAxeHonesty },
  },
  quoteDistanceBps: {
    memory: 'fast',
    prior: 0,
    priorVariance: 25,
    higherIsBetter: false,
    scale: LESS_IS_BETTER_BPS,
    describe: (bps) => `streams ${rounded(bps)} bps off the others' mid`,
    measurement: { per: 'stream', measure: measureQuoteDistance },
  },
} as const satisfies Record<string, MetricDefinition>;

type BuiltInMetric = keyof typeof METRICS;
/** A metric of ours, or a named one from `tca` events, which never mix. */
export type MetricName = BuiltInMetric | `tca.${string}`;

/** The built-in ones, in column order; a model (model.ts) may have more. */
export const METRIC_NAMES = Object.keys(METRICS) as BuiltInMetric[];

/** A built-in metric of one kind, with its column. */
export type MeasuredPer<Per extends Measurement['per']> = {
  readonly name: BuiltInMetric;
  readonly column: number;
} & Extract<Measurement, { readonly per: Per }>;

/** The built-in metrics measured for each of something, in column order. */
export function metricsPer<Per extends Measurement['per']>(per: Per): readonly MeasuredPer<Per>[] {
  return METRIC_NAMES.flatMap((name, column) => {
    const { measurement } = METRICS[name] as MetricDefinition;
    return measurement?.per === per ? [{ name, column, ...measurement } as MeasuredPer<Per>] : [];
  });
}

/** The composite's parts, in base order: the weight's name, the metric behind it, the base weight. */
export const COMPOSITE_PARTS = [
  { name: 'fillRate', metric: 'fillRate', weight: 0.3 },
  { name: 'priceImprovement', metric: 'priceImprovementBps', weight: 0.4 },
  { name: 'leakage', metric: 'reversion30mBps', weight: 0.2 },
  { name: 'responseSpeed', metric: 'responseSeconds', weight: 0.1 },
] as const satisfies readonly { name: string; metric: BuiltInMetric; weight: number }[];
