import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../engine/platform/project-root.ts';
import type { Bench, Effort } from './bench.ts';
import type { Machine } from './machine.ts';
import type { BenchReport } from './report.ts';

/** Where a run leaves its figures unless told otherwise. */
export const defaultResultsFile = (): string =>
  join(projectRoot(), 'bench', 'results', 'latest.json');

export interface Run {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly effort: Effort;
  readonly results: readonly { readonly bench: Bench; readonly report: BenchReport }[];
}

/** Whole or not at all. Latencies are in nanoseconds, histograms in HDR's compressed base64. */
export async function writeResults(file: string, run: Run): Promise<void> {
  const { startedAt, machine, effort, results } = run;
  const benches = results.map(({ bench: { name, question, load }, report }) => ({
    name,
    question,
    load,
    notes: report.notes,
    checks: report.checks,
    tables: report.tables.map(({ title, rows }) => ({
      title,
      rows: rows.map(({ contender, isBaseline, figures }) => ({
        contender,
        isBaseline,
        ...figures,
      })),
    })),
  }));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    `${file}.tmp`,
    `${JSON.stringify({ startedAt, machine, effort, benches }, null, 2)}\n`,
  );
  await rename(`${file}.tmp`, file);
}
