/** Asks a process that was started with gc-watch.ts for its longest pause since it was last asked. */
export const PAUSE_QUESTION = 'longestGc';

export interface PauseAnswer {
  readonly type: typeof PAUSE_QUESTION;
  readonly milliseconds: number;
}
