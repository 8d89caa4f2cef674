import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';
import { FileLock } from './lock.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const KILL_MS_MAX = 5_000;
const POLL_MS = 20;

/**
 * Makes this process the one that may run a server on the store. A server that a dead owner left
 * behind is killed first: two servers on one JetStream store destroy it.
 * Throws FirstcallError('storeInUse') while another owner lives, or if the leftover does not die.
 */
export async function claimStore(storeDir: string): Promise<FileLock> {
  const lock = FileLock.acquire(join(storeDir, 'nats-server.lock'));
  for (const leftover of lock.leftovers) await killLeftover(leftover);
  return lock;
}

/** Notes in the claim which process serves the store. */
export function recordServer(lock: FileLock, pid: number): void {
  const identity = identify(pid);
  // Gone already: there is nothing to reclaim.
  if (identity !== null) lock.describe({ children: [{ ...identity, name: 'nats-server' }] });
}

async function killLeftover(server: ProcessIdentity): Promise<void> {
  if (!isAlive(server)) return;
  process.kill(server.pid, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < KILL_MS_MAX; waitedMs += POLL_MS) {
    if (!isAlive(server)) return;
    await delay(POLL_MS);
  }
  throw new FirstcallError('storeInUse', `leftover nats-server ${server.pid} does not die`);
}
