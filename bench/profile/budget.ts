import type { CallFrame, CpuProfile } from './cpu-profile.ts';
import { selfTimes } from './cpu-profile.ts';
import { stageOf } from './stages.ts';

/** The source that a frame was compiled from; the frame's own URL where there is no other. */
export type SourceOf = (frame: CallFrame) => string;

/** What threads that run the same program did. */
export interface Budget {
  readonly program: string;
  threads: number;
  /** Microseconds by stage; idle time is none. */
  readonly stages: Map<string, number>;
}

const PROGRAM = /^(?!.*\/node_modules\/).*\/dist\/(.+)\.js$/;

/** By program, in the order in which they come; threads that ran none of ours are left out. */
export function budgetsOf(profiles: readonly CpuProfile[], sourceOf: SourceOf): Budget[] {
  const budgets = new Map<string, Budget>();
  for (const profile of profiles) {
    const times = selfTimes(profile);
    const program = programOf(times);
    if (program === null) continue;
    const budget = budgets.get(program) ?? { program, threads: 0, stages: new Map() };
    budgets.set(program, budget);
    budget.threads++;
    for (const [frame, micros] of times) {
      const stage = stageOf(frame, sourceOf(frame));
      budget.stages.set(stage, (budget.stages.get(stage) ?? 0) + micros);
    }
  }
  return [...budgets.values()];
}

/** The bundle in which most of the time went; null: none. */
function programOf(times: ReadonlyMap<CallFrame, number>): string | null {
  const byProgram = new Map<string, number>();
  for (const [{ url }, micros] of times) {
    const program = PROGRAM.exec(url)?.[1];
    if (program !== undefined) byProgram.set(program, (byProgram.get(program) ?? 0) + micros);
  }
  const [most] = [...byProgram].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
}
