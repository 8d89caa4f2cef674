import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 2;

/** Waits until a condition holds, or for so long; whoever calls looks at what came of it. */
export async function atMost(milliseconds: number, isDone: () => boolean): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!isDone() && performance.now() < end) await delay(POLL_MS);
}
