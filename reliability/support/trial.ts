/** What a trial works with. */
export interface TrialContext {
  /** Of everything that is left to chance. */
  readonly seed: number;
  readonly isQuick: boolean;
  /** How often and how much, where the command says so; null: as often and as much as the trial has it. */
  readonly kills: number | null;
  readonly tail: number | null;
  say(line: string): void;
  /** Undone when the trial ends or the process is interrupted, last first. */
  defer(undo: () => unknown): void;
}

/** What must hold in the end. */
export interface Check {
  /** In words: what was compared. */
  readonly name: string;
  readonly passed: boolean;
  /** The figures. */
  readonly found: string;
}

/** One way to break a running system. */
export interface Trial {
  readonly name: string;
  readonly question: string;
  run(context: TrialContext): Promise<readonly Check[]>;
}
