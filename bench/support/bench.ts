import type { BenchReport } from './report.ts';

/** How long and how often to measure. */
export interface Effort {
  readonly quick: boolean;
  readonly rounds: number;
  /** Seconds of measuring, all contenders and rounds of one benchmark together, about. */
  readonly seconds: number;
  /** Events of the log of a benchmark that reads one; null: as many as the seconds allow. */
  readonly events: number | null;
  /** Events a second that an engine ingests while it is asked; null: the most that it carries. */
  readonly eventsPerSecond: number | null;
}

/** What a benchmark works with. */
export interface BenchContext {
  readonly effort: Effort;
  /** Tells whoever waits what is going on. */
  progress(line: string): void;
  /** Undone when the benchmark ends or the process is interrupted, last first. */
  defer(undo: () => unknown): void;
}

/** One question about speed. */
export interface Bench {
  readonly name: string;
  readonly question: string;
  /** What it is asked with, and how coordinated omission is kept out. */
  readonly load: string;
  /** What it needs and is not there, and how to get it; null, or absent: nothing. */
  missing?(): string | null;
  run(context: BenchContext): Promise<BenchReport>;
}
