import type { TargetName } from '../targets.ts';
import type { OverRounds } from './over-rounds.ts';
import type { Table } from './report.ts';

/** What a benchmark measured of a target, in the target's unit. */
export interface TargetFigure {
  readonly target: TargetName;
  /** Null: not measured, and `why` says why not. */
  readonly value: number | null;
  readonly why: string | null;
  /** Where it stands, if in a table. */
  readonly cell: CellName | null;
}

/** A cell in the tables of a benchmark, by the titles that lead to it. */
interface CellName {
  readonly table: string;
  readonly contender: string;
  readonly column: string;
}

/** A cell and what was measured in it; null: nothing. */
export interface Cell extends CellName {
  readonly figure: OverRounds | null;
}

/** `measured`: a cell of a table, a ratio by its rounds, or a number; null: too few samples to say. */
export function targetFigure(
  target: TargetName,
  measured: Cell | OverRounds | number | null,
): TargetFigure {
  const isCell = typeof measured === 'object' && measured !== null && 'figure' in measured;
  const figure = isCell ? measured.figure : measured;
  const value = typeof figure === 'number' ? figure : (figure?.median ?? Number.NaN);
  if (!Number.isFinite(value)) return notMeasured(target, 'too few samples to say');
  return { target, value, why: null, cell: isCell ? cellName(measured) : null };
}

const cellName = ({ table, contender, column }: Cell): CellName => ({ table, contender, column });

/** Something that it takes is not there: `redis-server is not installed`. */
export const notMeasured = (target: TargetName, why: string): TargetFigure => ({
  target,
  value: null,
  why,
  cell: null,
});

/** A contender's cell; it has no figure where nothing was measured, or no such row is. */
export const cellOf = (table: Table, contender: string, column: string): Cell => ({
  table: table.title,
  contender,
  column,
  figure: table.rows.find((row) => row.contender === contender)?.measured?.[column] ?? null,
});

/** Of all contenders the one with the largest figure in a column. */
export const largestIn = (table: Table, column: string): Cell =>
  table.rows
    .map(({ contender }) => cellOf(table, contender, column))
    .reduce((a, b) => ((b.figure?.median ?? 0) > (a.figure?.median ?? 0) ? b : a));
