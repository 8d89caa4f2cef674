import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../../schemas/errors.ts';
import { FileLock, type LockedChild } from '../../platform/lock.ts';
import { isAlive } from '../../platform/process-identity.ts';

/** Says that a folder is ours, so that a fresh start may empty it. */
const MARKER = 'FIRSTCALL_STORE';
const LOCK = 'supervisor.lock';
/** The store of `firstcall dev`, below `storeDir`. */
export const DEV_STORE = 'run';

export interface StoreOptions {
  /** True: what the store holds stays. */
  readonly keep: boolean;
  /** How long children of a dead supervisor may take to stop once they notice that it is gone. */
  readonly leftoverMsMax: number;
  /** Told in one line what is being waited for. */
  readonly say: (line: string) => void;
}

/** A folder of one running stack, claimed by this process. */
export interface Store {
  readonly dir: string;
  readonly lock: FileLock;
  /** Whether it goes on with what an earlier run left. */
  readonly isKept: boolean;
}

/**
 * Claims a folder for a stack and empties it unless told to keep it. Processes that a killed
 * predecessor left behind are waited for, then ended. Throws FirstcallError `storeInUse` (says who
 * holds it), `notAStore` (a folder with something else in it) or `storeUnwritable`.
 */
export async function openStore(dir: string, options: StoreOptions): Promise<Store> {
  prepareFolder(dir);
  const lock = FileLock.acquire(join(dir, LOCK));
  try {
    await endLeftovers(lock.leftovers, options);
    const isKept = options.keep && contentsOf(dir).length > 0;
    if (!options.keep) empty(dir);
    return { dir, lock, isKept };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Engine and NATS server of the stack that runs in a store now; null where none does. */
export function urlsOfStore(dir: string): ReturnType<typeof FileLock.urlsOf> {
  return FileLock.urlsOf(join(dir, LOCK));
}

function prepareFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    if (readdirSync(dir).length > 0 && !existsSync(join(dir, MARKER))) throw notAStore(dir);
    writeFileSync(
      join(dir, MARKER),
      'This folder belongs to Firstcall and may be emptied by it.\n',
    );
  } catch (cause) {
    if (cause instanceof FirstcallError) throw cause;
    const reason = (cause as Error).message;
    throw new FirstcallError('storeUnwritable', `cannot write to the store ${dir}: ${reason}`, {
      cause,
    });
  }
}

function notAStore(dir: string): FirstcallError {
  return new FirstcallError(
    'notAStore',
    `${dir} holds something that is not ours and would be emptied; choose another --store-dir`,
  );
}

function contentsOf(dir: string): string[] {
  return readdirSync(dir).filter((name) => name !== MARKER && !name.startsWith(LOCK));
}

function empty(dir: string): void {
  for (const name of contentsOf(dir)) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
}

async function endLeftovers(
  leftovers: readonly LockedChild[],
  { leftoverMsMax, say }: StoreOptions,
): Promise<void> {
  const alive = () => leftovers.filter(isAlive);
  if (alive().length === 0) return;
  say(`waiting for what a killed predecessor left: ${alive().map(nameOf).join(', ')}`);
  for (let waitedMs = 0; waitedMs < leftoverMsMax && alive().length > 0; waitedMs += 50) {
    await delay(50);
  }
  for (const child of alive()) {
    say(`ending ${nameOf(child)}`);
    process.kill(child.pid, 'SIGKILL');
  }
}

function nameOf(child: LockedChild): string {
  return `${child.name} (process ${child.pid})`;
}
