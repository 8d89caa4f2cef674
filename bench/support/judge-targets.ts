import { TARGETS, type Target, type TargetName } from '../targets.ts';
import type { BenchReport } from './report.ts';
import type { TargetResult } from './results-schema.ts';
import { notMeasured, type TargetFigure } from './target-figure.ts';

/** All targets, in their order, beside what the benchmarks that ran came to, by the name of each. */
export function judgeTargets(reports: ReadonlyMap<string, BenchReport>): TargetResult[] {
  return (Object.keys(TARGETS) as TargetName[]).map((name) => {
    const target: Target = TARGETS[name];
    const { value, why, cell } = figureOf(name, target.bench, reports.get(target.bench));
    return { ...target, name, value, verdict: verdictOf(target, value), why, cell };
  });
}

/** Figures beside which a check failed mean nothing. */
function figureOf(name: TargetName, bench: string, report: BenchReport | undefined): TargetFigure {
  if (report === undefined) return notMeasured(name, `${bench} was not run`);
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
