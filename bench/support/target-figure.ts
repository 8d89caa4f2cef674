import type { TargetName } from '../targets.ts';
import type { OverRounds } from './over-rounds.ts';
import type { Table } from './report.ts';

/** What a benchmark measured of a target, in the target's unit. */
export interface TargetFigure {
  readonly target: TargetName;
  /** Null: not measured, and `why` says why not. */
  readonly value: number | null;
  readonly why: string | null;
}

/** `figure`: a ratio by its rounds, or a number; null: there were too few samples to say. */
export function targetFigure(target: TargetName, figure: OverRounds | number | null): TargetFigure {
  const value = typeof figure === 'number' ? figure : (figure?.median ?? Number.NaN);
  if (!Number.isFinite(value)) return notMeasured(target, 'too few samples to say');
  return { target, value, why: null };
}

/** Something that it takes is not there: `redis-server is not installed`. */
export const notMeasured = (target: TargetName, why: string): TargetFigure => ({
  target,
  value: null,
  why,
});

/** What was measured in a table's cell over the rounds; null when it has none. */
export const figureIn = (table: Table, contender: string, column: string): OverRounds | null =>
  table.rows.find((row) => row.contender === contender)?.measured?.[column] ?? null;
