import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';

const POLL_MS = 10;

/** Throws FirstcallError `trialStuck` when the condition has not come true in time. */
export async function until(
  what: string,
  msMax: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + msMax;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new FirstcallError('trialStuck', `not within ${msMax / 1000} s: ${what}`);
    }
    await delay(POLL_MS);
  }
}
