import { Compile } from 'typebox/compile';
import { FirstcallError } from '../../schemas/errors.ts';
import { firstError } from '../../schemas/first-error.ts';
import type { Bench, Effort } from './bench.ts';
import { judgeTargets } from './judge-targets.ts';
import type { Machine } from './machine.ts';
import type { BenchReport } from './report.ts';
import { type BenchResult, FORMAT, RESULTS, type Results } from './results-schema.ts';

export interface Run {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly effort: Effort;
  readonly reports: readonly (readonly [Bench, BenchReport])[];
  /** By benchmark, what it lacks here; null: nothing. */
  readonly leftOut: ReadonlyMap<string, string | null>;
}

const validator = Compile(RESULTS);

/** What a run came to. */
export function resultsOf({ startedAt, machine, effort, reports, leftOut }: Run): Results {
  const byName = new Map(reports.map(([{ name }, report]) => [name, report]));
  return {
    format: FORMAT,
    startedAt,
    machine,
    effort,
    targets: judgeTargets(byName, leftOut),
    benches: reports.map(([bench, report]) => benchResult(bench, report)),
  };
}

function benchResult({ name, question, load }: Bench, report: BenchReport): BenchResult {
  const { notes, checks, tables } = report;
  return {
    name,
    question,
    load,
    notes: [...notes],
    checks: [...checks],
    tables: tables.map(({ title, columns, rows }) => ({
      title,
      columns: [...columns],
      rows: rows.map(({ measured = {}, ...row }) => ({ ...row, texts: [...row.texts], measured })),
    })),
  };
}

/** A number that is none, of a division by nothing, is null in JSON, and so it is here. */
export const writtenForm = (results: Results): string => `${JSON.stringify(results, null, 2)}\n`;

/** `source`: whose text it is, for the error. Throws FirstcallError `badResults`. */
export function parseResults(text: string, source: string): Results {
  const value = parseJson(text, source);
  if (validator.Check(value)) return value;
  const format = (value as { format?: unknown } | null)?.format;
  const why =
    format === FORMAT
      ? firstError(validator, value, 'results')
      : `its format is ${JSON.stringify(format) ?? 'not said'}, and ${FORMAT} is read`;
  throw new FirstcallError('badResults', `${source} is no file of bench's figures: ${why}`);
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FirstcallError('badResults', `${source}: ${(cause as Error).message}`, { cause });
  }
}
