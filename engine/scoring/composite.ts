import { FirstcallError } from '../../schemas/errors.ts';
import { COMPOSITE_PARTS, type MetricName, type Scale } from './metrics.ts';
import { DEFAULT_MODEL, type Model, metricOf } from './model.ts';

/** One term of the composite, in the order in which terms are added. */
export interface WeightedMetric {
  readonly metric: MetricName;
  readonly weight: number;
}

const SUM_TOLERANCE = 1e-9;

/**
 * Completes a rule's weights: what it names it gets, an explicit 0 included; what is left of 1 goes
 * to the unnamed base metrics in base proportions. Names are the base parts' (`fillRate`,
 * `priceImprovement`, `leakage`, `responseSpeed`) or any metric's.
 * Throws FirstcallError `badWeights` when a weight is negative, the sum passes 1, or the sum is
 * under 1 with no base metric left to take the rest.
 */
export function resolveWeights(
  named: Readonly<Record<string, number>> = {},
  model: Model = DEFAULT_MODEL,
): WeightedMetric[] {
  const byMetric = new Map<MetricName, number>();
  for (const [name, weight] of Object.entries(named)) {
    byMetric.set(metricNamed(name, model), requireWeight(name, weight));
  }
  const total = [...byMetric.values()].reduce((sum, weight) => sum + weight, 0);
  if (total > 1 + SUM_TOLERANCE)
    throw badWeights(`weights add up to ${sayTotal(total)}, more than 1`);
  const unnamed = COMPOSITE_PARTS.filter((part) => !byMetric.has(part.metric));
  // With nothing named the base weights hold to the bit.
  const unnamedTotal =
    byMetric.size === 0 ? 1 : unnamed.reduce((sum, part) => sum + part.weight, 0);
  const rest = Math.max(0, 1 - total);
  if (unnamed.length === 0 && rest > SUM_TOLERANCE) {
    const said = sayTotal(total);
    throw badWeights(`weights add up to ${said}, and no unnamed base metric is left for the rest`);
  }
  for (const part of unnamed) byMetric.set(part.metric, (rest * part.weight) / unnamedTotal);
  return inAddingOrder(byMetric);
}

function metricNamed(name: string, model: Model): MetricName {
  const part = COMPOSITE_PARTS.find((p) => p.name === name);
  if (part !== undefined) return part.metric;
  if (metricOf(model, name) !== undefined) return name as MetricName;
  throw badWeights(`no metric is called "${name}"`);
}

function requireWeight(name: string, weight: number): number {
  if (weight >= 0 && Number.isFinite(weight)) return weight;
  throw badWeights(`weight of ${name} is ${weight}; it must be 0 or more`);
}

/** Without what adding fractions leaves behind. */
function sayTotal(total: number): string {
  return String(Number(total.toPrecision(12)));
}

function badWeights(message: string): FirstcallError {
  return new FirstcallError('badWeights', message);
}

function inAddingOrder(byMetric: ReadonlyMap<MetricName, number>): WeightedMetric[] {
  const base: MetricName[] = COMPOSITE_PARTS.map((part) => part.metric);
  const named = [...byMetric.keys()].filter((metric) => !base.includes(metric)).sort();
  return [...base, ...named].map((metric) => ({ metric, weight: byMetric.get(metric) ?? 0 }));
}

/** An estimate on the composite's scale, where larger is better. Never -0, as `contribution`. */
export function normalise({ base, unit, low, high }: Scale, estimate: number): number {
  return base + Math.min(high, Math.max(low, estimate)) / unit + 0;
}

/** d normalise / d estimate, for the composite's standard error. */
export function slopeAt({ unit, low, high }: Scale, estimate: number): number {
  return low < estimate && estimate < high ? 1 / unit : 0;
}

/**
 * A term of the composite: the weight times the normalised estimate. Never -0, which no message
 * carries: a replica and a reader of JSON would hold other bits.
 */
export function contribution(weight: number, scale: Scale, estimate: number): number {
  return weight * normalise(scale, estimate) + 0;
}

/** Adds the `contribution` of each estimate to the composite beside it. Estimates are numbers, not NaN. */
export function addContributions(
  composites: Float64Array,
  weight: number,
  scale: Scale,
  estimates: Float64Array,
): void {
  const { base, unit, low, high } = scale;
  for (let i = 0; i < composites.length; i++) {
    const estimate = estimates[i]!;
    // Comparing takes half the time of Math.min and Math.max, which see to -0: the + 0 does that here.
    // biome-ignore lint/complexity/useMathMinMax: see above
    const within = estimate < low ? low : estimate > high ? high : estimate;
    composites[i]! += weight * (base + within / unit + 0) + 0;
  }
}

/** The composite as people see it, 0 to 10. */
export function displayScore(composite: number): number {
  return 10 * Math.min(1, Math.max(0, (composite - 0.5) / 0.6));
}
