import type { Check, Table } from '../bench/support/report.ts';

export interface ExperimentContext {
  /** Shows that everything works, in seconds; too short to mean anything. */
  readonly quick: boolean;
  /** Tells whoever waits what is going on. */
  progress(line: string): void;
  /** Undone when the experiment ends or the process is interrupted, last first. */
  defer(undo: () => unknown): void;
}

export interface ExperimentReport {
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

/** One fault, brought about on purpose, and what must hold all the same. */
export interface Experiment {
  readonly name: string;
  readonly question: string;
  /** What is done. */
  readonly load: string;
  run(context: ExperimentContext): Promise<ExperimentReport>;
}
