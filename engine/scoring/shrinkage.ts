import type { Micros } from '../../schemas/ids.ts';
import { CELL_STRIDE, COUNT, cellMass, cellVariance, LANDMARK, SUM_V, SUM_VX } from './cell.ts';
import { type DecayTime, decayTime, halved } from './decay.ts';
import { METRIC_NAMES, METRICS } from './metrics.ts';
import { COLUMN_COUNT, columnHalfLives, type Model } from './model.ts';
import type { ScoreRows } from './score-rows.ts';

/** Shrunk estimates of every dealer and metric at the finest scope of some rows. */
export interface Estimates {
  /** [dealers x columns], row-major; each in its metric's unit. */
  readonly values: Float64Array;
  /** [dealers x columns]: observation mass at the finest scope. */
  readonly masses: Float64Array;
  /** [columns]: what all dealers pooled shrink to, the field that a dealer stands against. */
  readonly field: Float64Array;
  /** [columns]: variance of one observation, unit squared. */
  readonly variances: Float64Array;
}

/**
 * Estimates as of a moment. Each scope's estimate is (mass x mean + k x parent) / (mass + k); above
 * a dealer's `ALL` stands the pool of all dealers, and above that the metric's prior. Mass decays,
 * so an idle dealer drifts back to its parents. Cost: dealers x scopes x metrics.
 */
export function estimate(rows: ScoreRows, asOf: Micros, model: Model): Estimates {
  const size = rows.dealers.length * COLUMN_COUNT;
  const estimates: Estimates = {
    values: new Float64Array(size),
    masses: new Float64Array(size),
    field: new Float64Array(COLUMN_COUNT),
    variances: new Float64Array(COLUMN_COUNT),
  };
  const halfLives = columnHalfLives(model);
  const times = halfLives.map((h) => decayTime(asOf, h, { whole: 0, scale: 1 }));
  for (let column = 0; column < COLUMN_COUNT; column++) {
    estimateField(rows, column, times[column]!, model, estimates);
    for (let dealer = 0; dealer < rows.dealers.length; dealer++) {
      estimateDealer(rows, dealer, column, times[column]!, model, estimates);
    }
  }
  return estimates;
}

function estimateField(
  { cells, poolAt }: ScoreRows,
  column: number,
  asOf: DecayTime,
  model: Model,
  estimates: Estimates,
): void {
  const { prior, priorVariance } = METRICS[METRIC_NAMES[column]!];
  const at = poolAt + column * CELL_STRIDE;
  const empty = poolAt < 0 || cells[at + COUNT] === 0;
  estimates.field[column] = empty
    ? prior
    : shrink(cells, at, decayFactor(cells, at, asOf), model.priorStrength, prior);
  estimates.variances[column] = (empty ? null : cellVariance(cells, at)) ?? priorVariance;
}

function estimateDealer(
  { cells, scopes }: ScoreRows,
  dealer: number,
  column: number,
  asOf: DecayTime,
  model: Model,
  estimates: Estimates,
): void {
  let value = estimates.field[column]!;
  let mass = 0;
  for (let scope = scopes.length - 1; scope >= 0; scope--) {
    const row = scopes[scope]!.rowAt[dealer]!;
    const at = row + column * CELL_STRIDE;
    mass = 0;
    if (row < 0 || cells[at + COUNT] === 0) continue;
    const factor = decayFactor(cells, at, asOf);
    value = shrink(cells, at, factor, model.priorStrength, value);
    mass = cells[at + SUM_V]! * factor;
  }
  const out = dealer * COLUMN_COUNT + column;
  estimates.values[out] = value;
  estimates.masses[out] = mass;
}

function decayFactor(cells: Float64Array, at: number, asOf: DecayTime): number {
  return halved(asOf.whole - cells[at + LANDMARK]!) / asOf.scale;
}

/** mass x mean is the decayed sum itself, which spares the division. */
function shrink(
  cells: Float64Array,
  at: number,
  factor: number,
  strength: number,
  parent: number,
): number {
  const mass = cells[at + SUM_V]! * factor;
  return (cells[at + SUM_VX]! * factor + strength * parent) / (mass + strength);
}

/** Mass of one cell of a dealer at one scope as of a moment; 0 where nothing was observed. */
export function massOf(
  rows: ScoreRows,
  scope: number,
  dealer: number,
  column: number,
  asOf: DecayTime,
): number {
  const row = rows.scopes[scope]!.rowAt[dealer]!;
  return row < 0 ? 0 : cellMass(rows.cells, row + column * CELL_STRIDE, asOf);
}

/** Standard error of an estimate: sqrt(sigma2 / (mass + k)). */
export function estimateStandardError(variance: number, mass: number, strength: number): number {
  return Math.sqrt(variance / (mass + strength));
}
