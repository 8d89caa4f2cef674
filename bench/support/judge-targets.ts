import { TARGETS, type Target, type TargetName } from '../targets.ts';
import type { BenchReport } from './report.ts';
import { notMeasured, type TargetFigure } from './target-figure.ts';

/** A target and what came of it in a run. */
export interface TargetResult extends Target {
  readonly name: TargetName;
  /** In the target's unit; null: not measured, and `why` says why not. */
  readonly value: number | null;
  readonly verdict: 'met' | 'missed' | 'not measured';
  readonly why: string | null;
}

/** All targets, in their order, beside what the benchmarks that ran came to, by the name of each. */
export function judgeTargets(reports: ReadonlyMap<string, BenchReport>): TargetResult[] {
  return (Object.keys(TARGETS) as TargetName[]).map((name) => {
    const target: Target = TARGETS[name];
    const { value, why } = figureOf(name, target.bench, reports.get(target.bench));
    return { ...target, name, value, why, verdict: verdictOf(target, value) };
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
