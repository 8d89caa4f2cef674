import type { Micros } from '../../schemas/ids.ts';
import { cellAt, FIRST_CELL, MAX_COLUMNS, maskAt, popCount } from './block.ts';
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
import type { DenseColumn } from './dense-column.ts';
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
  /** By half-life: most metrics have one. */
  const times = new Map<Micros, DecayTime>();
  return metricsOf(model).map((metric) => {
    const read = memory ?? metric.ranked;
    const halfLife = metric.halfLives[read]!;
    const time = times.get(halfLife) ?? decayTime(asOf, halfLife);
    times.set(halfLife, time);
    return metricAt(rows, time, metric, read);
  });
}

export function metricAsOf(
  rows: ScoreRows,
  asOf: Micros,
  metric: ModelMetric,
  memory: number,
): MetricAsOf {
  return metricAt(rows, decayTime(asOf, metric.halfLives[memory]!), metric, memory);
}

function metricAt(
  { cells, blocks, poolRow }: ScoreRows,
  asOf: DecayTime,
  metric: ModelMetric,
  memory: number,
): MetricAsOf {
  const at = poolRow < 0 ? -1 : cellAt(cells, blocks[poolRow]!, metric.column);
  const isEmpty = at < 0 || cells[at + COUNT] === 0;
  const { prior, priorVariance, priorStrength: strength } = metric;
  return {
    metric,
    memory,
    asOf,
    bit: 1 << metric.column,
    strength,
    field: isEmpty ? prior : shrinkAt(cells, at, { memory, asOf, strength }, prior),
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
 * The same for several dealers and metrics at once, into `out` [dealers x MAX_COLUMNS]. `metrics` are all
 * of the model's; `columns` has the bits of those wanted.
 */
export function estimateMany(
  rows: ScoreRows,
  dealers: readonly number[] | Int32Array,
  metrics: readonly MetricAsOf[],
  out: Float64Array,
  columns = (1 << metrics.length) - 1,
): void {
  const { cells, scopes } = rows;
  const heads = readHeads(rows, dealers);
  for (let d = 0, head = 0; d < dealers.length; d++) {
    const to = d * MAX_COLUMNS;
    for (let m = 0; m < metrics.length; m++) out[to + m] = metrics[m]!.field;
    for (let i = 0; i < scopes.length; i++, head += 2) {
      const block = heads[head]!;
      const mask = heads[head + 1]!;
      for (let rest = mask & columns; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        const at = block + FIRST_CELL + popCount(mask & (bit - 1)) * CELL_STRIDE;
        if (cells[at + COUNT] === 0) continue;
        const column = 31 - Math.clz32(bit);
        out[to + column] = shrinkAt(cells, at, metrics[column]!, out[to + column]!);
      }
    }
  }
}

/** [dealers x scopes x 2], widest scope first: the row's block and its mask; 0 without a row. */
let heads = new Int32Array(0);

/**
 * Looks up all rows before anything is asked of one: the look-ups miss the cache, and together they take
 * hardly longer than one of them.
 */
function readHeads(
  { cells, blocks, scopes }: ScoreRows,
  dealers: readonly number[] | Int32Array,
): Int32Array {
  const length = 2 * dealers.length * scopes.length;
  if (heads.length < length) heads = new Int32Array(length);
  let to = 0;
  for (let d = 0; d < dealers.length; d++) {
    for (let i = scopes.length - 1; i >= 0; i--, to += 2) {
      const row = scopes[i]!.rows[dealers[d]!]!;
      heads[to] = row < 0 ? 0 : blocks[row]!;
    }
  }
  for (to = 0; to < length; to += 2) {
    heads[to + 1] = heads[to] === 0 ? 0 : maskAt(cells, heads[to]!);
  }
  return heads;
}

/** A scope's sums of a metric, and what makes them those of the moment when they are multiplied by it. */
export interface DenseScope {
  readonly column: DenseColumn;
  readonly factor: number;
}

export function denseOf(
  rows: ScoreRows,
  { metric, memory, asOf }: MetricAsOf,
  scope: number,
): DenseScope {
  const { dense } = rows.scopes[scope]!;
  const column = dense.column(rows, { column: metric.column, memory, time: asOf });
  return { column, factor: halved(asOf.whole - column.whole) / asOf.scale };
}

/**
 * The estimates of one metric at the finest scope for every dealer, into `out` [dealers]: the bits that
 * `estimateOf` gives, from sums that lie side by side.
 */
export function estimateDealers(rows: ScoreRows, of: MetricAsOf, out: Float64Array): void {
  out.fill(of.field);
  for (let scope = rows.scopes.length - 1; scope >= 0; scope--) {
    const { column, factor } = denseOf(rows, of, scope);
    shrinkDealers(column, factor, of.strength, out);
  }
}

function shrinkDealers(
  { count, dealers, sums }: DenseColumn,
  factor: number,
  strength: number,
  out: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const dealer = dealers[i]!;
    out[dealer] =
      (sums[2 * i + 1]! * factor + strength * out[dealer]!) / (sums[2 * i]! * factor + strength);
  }
}

/** The parent's estimate after what the row at `block` has observed; the parent's where it has not. */
function refine(cells: Float64Array, block: number, of: MetricAsOf, parent: number): number {
  const mask = maskAt(cells, block);
  if ((mask & of.bit) === 0) return parent;
  const at = block + FIRST_CELL + popCount(mask & (of.bit - 1)) * CELL_STRIDE;
  return cells[at + COUNT] === 0 ? parent : shrinkAt(cells, at, of, parent);
}

/** Of a cell that has observations. mass x mean is the decayed sum itself, which spares the division. */
function shrinkAt(
  cells: Float64Array,
  at: number,
  { memory, asOf, strength }: Pick<MetricAsOf, 'memory' | 'asOf' | 'strength'>,
  parent: number,
): number {
  const factor = decayFactor(cells, at, asOf);
  const sums = sumsAt(at, memory);
  const mass = cells[sums + SUM_V]! * factor;
  return (cells[sums + SUM_VX]! * factor + strength * parent) / (mass + strength);
}

/** Mass of a dealer at a scope as of the moment; 0 where nothing was observed. */
export function massOf(rows: ScoreRows, dealer: number, of: MetricAsOf, scope: number): number {
  return massAt(rows.cells, cellOf(rows, scope, dealer, of.metric.column), of);
}

/** The same of the dealer's cell; -1: there is none. */
export function massAt(cells: Float64Array, at: number, of: MetricAsOf): number {
  return at < 0 ? 0 : cellMass(cells, at, of.memory, of.asOf);
}

/** Standard error of the estimate at the finest scope: sqrt(sigma2 / (mass + k)). */
export function standardErrorOf(rows: ScoreRows, dealer: number, of: MetricAsOf): number {
  return standardErrorAt(rows.cells, cellOf(rows, 0, dealer, of.metric.column), of);
}

/** The same, given the dealer's cell at the finest scope; -1: there is none. */
export function standardErrorAt(cells: Float64Array, at: number, of: MetricAsOf): number {
  return Math.sqrt(of.variance / (massAt(cells, at, of) + of.strength));
}
