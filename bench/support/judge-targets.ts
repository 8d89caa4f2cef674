import { TARGETS, type Target, type TargetName } from '../targets.ts';
import type { BenchReport } from './report.ts';
import type { TargetResult } from './results-schema.ts';
import { notMeasured, type TargetFigure } from './target-figure.ts';

/**
 * All targets, in their order, beside what the benchmarks that ran came to, by the name of each; `leftOut`:
 * what the others lack here, null where they were not asked for.
 */
export function judgeTargets(
  reports: ReadonlyMap<string, BenchReport>,
  leftOut: ReadonlyMap<string, string | null> = new Map(),
): TargetResult[] {
  return (Object.keys(TARGETS) as TargetName[]).map((name) => {
    const target: Target = TARGETS[name];
    const report = reports.get(target.bench);
    const { value, why, cell } =
      report === undefined
        ? notMeasured(name, leftOut.get(target.bench) ?? `${target.bench} was not run`)
        : figureOf(name, target.bench, report);
    return { ...target, name, value, verdict: verdictOf(target, value), why, cell };
  });
}

/** Figures beside which a check failed mean nothing. */
function figureOf(name: TargetName, bench: string, report: BenchReport): TargetFigure {
  if (report.checks.some(({ passed }) => !passed)) {
    return notMeasured(name, `a check of ${bench} failed`);
  }
  const figure = report.targets?.find(({ target }) => target === name);
  return figure ?? notMeasured(name, `${bench} does not say`);
}

function verdictOf({ bound, limit }: Target, value: number | null): TargetResult['verdict'] {
  if (value === null) return 'not measured';
  return (bound === 'atLeast' ? value >= limit : value <= limit) ? 'met' : 'missed';
}
