import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../../schemas/steps.ts';

/** Work holds the event loop for no longer, but for the step that it is in. */
const TURN_MS = 8;

/** When it is time for the event loop to do what else waits, in work that could go on without a pause. */
export class Turns {
  #began = performance.now();

  get isDue(): boolean {
    return performance.now() - this.#began > TURN_MS;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.#began = performance.now();
  }
}

/** Does the work in as many turns of the event loop as it needs. */
export async function runInTurns<T>(steps: Steps<T>): Promise<T> {
  const turns = new Turns();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (turns.isDue) await turns.next();
  }
}
