import type { OverRounds } from './over-rounds.ts';
import { LEAST_TOLD } from './report.ts';
import type { Results } from './results-schema.ts';

/** A figure that travels, in two runs. */
export interface Change {
  /** Benchmark, table, contender and column. */
  readonly place: readonly [string, string, string, string];
  readonly before: OverRounds;
  readonly after: OverRounds;
  readonly verdict: 'slower' | 'faster' | 'larger' | 'smaller' | 'as before';
}

export interface Comparison {
  readonly before: string;
  /** Figures of the later run that the earlier one has, too. */
  readonly changes: readonly Change[];
  /** Figures that only one of the runs has. */
  readonly unmatched: number;
  /** What differs between the runs besides the code. */
  readonly caveats: readonly string[];
}

/** A change by less says nothing, whatever the rounds say. */
const LEAST_CHANGE = 1.1;

/** Why two runs say nothing about each other; null: they do. */
export function notComparable(before: Results, after: Results): string | null {
  const [was, is] = [before.effort, after.effort];
  if (was.quick || is.quick) return 'a quick run is too short to compare';
  const differing = differences(
    Object.keys({ ...was, ...is }).map((name) => [name, was, is] as const),
  );
  return differing.length === 0 ? null : `they are not of one length: ${differing.join(', ')}`;
}

/** Compares ratios and bytes: microseconds of another hour say nothing. */
export function compareRuns(before: Results, after: Results): Comparison {
  const [earlier, later] = [travellers(before), travellers(after)];
  const changes: Change[] = [];
  for (const [key, { place, figure }] of later) {
    const old = earlier.get(key)?.figure;
    if (old === undefined) continue;
    changes.push({ place, before: old, after: figure, verdict: verdictOn(old, figure) });
  }
  return {
    before: before.startedAt,
    changes,
    unmatched: later.size + earlier.size - 2 * changes.length,
    caveats: caveatsOf(before, after),
  };
}

/** By their place; those of a benchmark with a failed check mean nothing. */
function travellers(results: Results) {
  const figures = new Map<string, { place: Change['place']; figure: OverRounds }>();
  for (const { name, checks, tables } of results.benches) {
    if (checks.some(({ passed }) => !passed)) continue;
    for (const { title, rows } of tables) {
      for (const { contender, isBaseline, measured } of rows) {
        for (const [column, figure] of Object.entries(measured)) {
          if (figure === null || !travels(figure, isBaseline)) continue;
          const place = [name, title, contender, column] as const;
          figures.set(JSON.stringify(place), { place, figure });
        }
      }
    }
  }
  return figures;
}

/** A baseline is always once itself; and what is nothing beside it, an empty call say, is only noise. */
function travels({ unit, median }: OverRounds, isBaseline: boolean): boolean {
  return unit === 'bytes' || (unit === 'x' && !isBaseline && median >= LEAST_TOLD);
}

/** A change is one when each median lies outside the middle half of the other run's rounds. */
function verdictOn(before: OverRounds, after: OverRounds): Change['verdict'] {
  const growth = after.median / before.median;
  const isNoise = isWithin(after.median, before) || isWithin(before.median, after);
  const isSmall = growth < LEAST_CHANGE && growth > 1 / LEAST_CHANGE;
  if (isNoise || isSmall || !Number.isFinite(growth)) return 'as before';
  const isWorse = growth > 1 === (after.better === 'less');
  if (after.unit === 'bytes') return isWorse ? 'larger' : 'smaller';
  return isWorse ? 'slower' : 'faster';
}

const isWithin = (value: number, { quarter, threeQuarters }: OverRounds): boolean =>
  value >= quarter && value <= threeQuarters;

function caveatsOf({ machine: was }: Results, { machine: is }: Results): string[] {
  const libraries = Object.keys({ ...was.libraries, ...is.libraries });
  return differences([
    ...['cpu', 'cores', 'node'].map((name) => [name, was, is] as const),
    ...libraries.map((name) => [name, was.libraries, is.libraries] as const),
  ]);
}

/** `rounds: 5, now 9`, of each field that is not the same in both. */
function differences(fields: readonly (readonly [name: string, was: object, is: object])[]) {
  return fields
    .map(([name, was, is]) => [name, fieldOf(was, name), fieldOf(is, name)] as const)
    .filter(([, was, is]) => was !== is)
    .map(([name, was, is]) => `${name}: ${was}, now ${is}`);
}

const fieldOf = (fields: object, name: string): unknown =>
  (fields as Readonly<Record<string, unknown>>)[name] ?? 'not said';
