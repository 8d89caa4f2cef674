import type { Micros } from '../../schemas/ids.ts';
import { cellAt, FIRST_CELL, maskAt, popCount } from './block.ts';
import {
  CELL_STRIDE,
  COUNT,
  cellMass,
  cellVariance,
  decayFactor,
  SUM_V,
  SUM_VX,
  sumsAt,
} from './cell.ts';
import { type DecayTime, decayTime, halved } from './decay.ts';
import { type Model, type ModelMetric, metricsOf } from './model.ts';
import { cellOf, type ScoreRows } from './score-rows.ts';

/** A metric as of a moment: how it is read, and what all dealers pooled say of it. */
export interface MetricAsOf {
  readonly metric: ModelMetric;
  /** Index into MEMORIES. */
  readonly memory: number;
  readonly asOf: DecayTime;
  /** Bit of the metric's column in a row's mask. */
  readonly bit: number;
  /** k */
  readonly strength: number;
  /** What all dealers pooled shrink to, the field that a dealer stands against; metric's unit. */
  readonly field: number;
  /** Variance of one observation, unit squared. */
  readonly variance: number;
}

/** Reads metrics as of a moment, in the memory given or in the one that each is ranked by. */
export function metricsAsOf(
  rows: ScoreRows,
  asOf: Micros,
  model: Model,
  memory?: number,
): MetricAsOf[] {
  return metricsOf(model).map((metric) => metricAsOf(rows, asOf, metric, memory ?? metric.ranked));
}

export function metricAsOf(
  { cells, blocks, poolRow }: ScoreRows,
  asOf: Micros,
  metric: ModelMetric,
  memory: number,
): MetricAsOf {
  const time = decayTime(asOf, metric.halfLives[memory]!);
  const at = poolRow < 0 ? -1 : cellAt(cells, blocks[poolRow]!, metric.column);
  const isEmpty = at < 0 || cells[at + COUNT] === 0;
  const { prior, priorVariance, priorStrength: strength } = metric;
  return {
    metric,
    memory,
    asOf: time,
    bit: 1 << metric.column,
    strength,
    field: isEmpty ? prior : shrink(cells, at, memory, time, strength, prior),
    variance: (isEmpty ? null : cellVariance(cells, at, memory)) ?? priorVariance,
  };
}

/**
 * Shrunk estimate of a dealer at a scope, in the metric's unit: each scope's is
 * (mass x mean + k x parent) / (mass + k); above the dealer's `ALL` stands the field. Mass decays,
 * so an idle dealer drifts back to its parents. Cost: the scopes.
 */
export function estimateOf(rows: ScoreRows, dealer: number, of: MetricAsOf, scope = 0): number {
  const { cells, blocks, scopes } = rows;
  let value = of.field;
  for (let i = scopes.length - 1; i >= scope; i--) {
    const row = scopes[i]!.rows[dealer]!;
    if (row >= 0) value = refine(cells, blocks[row]!, of, value);
  }
  return value;
}

/**
 * The same for several metrics at once, at the finest scope, into `out` [metrics]: each row is looked
 * up once for all of them.
 */
export function estimateAll(
  { cells, blocks, scopes }: ScoreRows,
  dealer: number,
  metrics: readonly MetricAsOf[],
  out: Float64Array,
): void {
  for (let m = 0; m < metrics.length; m++) out[m] = metrics[m]!.field;
  for (let i = scopes.length - 1; i >= 0; i--) {
    const row = scopes[i]!.rows[dealer]!;
    if (row < 0) continue;
    const block = blocks[row]!;
    for (let m = 0; m < metrics.length; m++) out[m] = refine(cells, block, metrics[m]!, out[m]!);
  }
}

/** A scope's sums of a metric, dealer after dealer. */
export interface DenseScope {
  /** Dealers that may have any, ascending. */
  readonly present: Int32Array;
  /** [present x 2]: sum v and sum v x, to be multiplied by `factor`; v is -1 where nothing was observed. */
  readonly sums: Float64Array;
  /** Makes the sums those of the moment. */
  readonly factor: number;
}

export function denseOf(
  { cells, blocks, scopes, fresh }: ScoreRows,
  { metric, memory, asOf }: MetricAsOf,
  scope: number,
): DenseScope {
  const { dense } = scopes[scope]!;
  const wanted = { column: metric.column, memory, time: asOf };
  const { sums, whole } = dense.column(cells, blocks, wanted, fresh);
  return { present: dense.present, sums, factor: halved(asOf.whole - whole) / asOf.scale };
}

/**
 * The estimates of one metric at the finest scope for every dealer, into `out` [dealers]: the bits that
 * `estimateOf` gives, from sums that lie side by side.
 */
export function estimateDealers(rows: ScoreRows, of: MetricAsOf, out: Float64Array): void {
  out.fill(of.field);
  const { strength } = of;
  for (let scope = rows.scopes.length - 1; scope >= 0; scope--) {
    const { present, sums, factor } = denseOf(rows, of, scope);
    for (let i = 0; i < present.length; i++) {
      const v = sums[2 * i]!;
      if (v < 0) continue;
      const dealer = present[i]!;
      out[dealer] = (sums[2 * i + 1]! * factor + strength * out[dealer]!) / (v * factor + strength);
    }
  }
}

/** The parent's estimate after what the row at `block` has observed; the parent's where it has not. */
function refine(cells: Float64Array, block: number, of: MetricAsOf, parent: number): number {
  const mask = maskAt(cells, block);
  if ((mask & of.bit) === 0) return parent;
  const at = block + FIRST_CELL + popCount(mask & (of.bit - 1)) * CELL_STRIDE;
  if (cells[at + COUNT] === 0) return parent;
  return shrink(cells, at, of.memory, of.asOf, of.strength, parent);
}

/** mass x mean is the decayed sum itself, which spares the division. */
function shrink(
  cells: Float64Array,
  at: number,
  memory: number,
  asOf: DecayTime,
  strength: number,
  parent: number,
): number {
  const factor = decayFactor(cells, at, asOf);
  const sums = sumsAt(at, memory);
  const mass = cells[sums + SUM_V]! * factor;
  return (cells[sums + SUM_VX]! * factor + strength * parent) / (mass + strength);
}

/** Mass of a dealer at a scope as of the moment; 0 where nothing was observed. */
export function massOf(rows: ScoreRows, dealer: number, of: MetricAsOf, scope: number): number {
  const at = cellOf(rows, scope, dealer, of.metric.column);
  return at < 0 ? 0 : cellMass(rows.cells, at, of.memory, of.asOf);
}

/** Standard error of the estimate at the finest scope: sqrt(sigma2 / (mass + k)). */
export function standardErrorOf(rows: ScoreRows, dealer: number, of: MetricAsOf): number {
  return standardError(of.variance, massOf(rows, dealer, of, 0), of.metric.priorStrength);
}

function standardError(variance: number, mass: number, strength: number): number {
  return Math.sqrt(variance / (mass + strength));
}
