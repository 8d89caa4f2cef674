import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { FirstcallError } from '../../schemas/errors.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** A process that the holder started and that must not outlive it. */
export interface LockedChild extends ProcessIdentity {
  readonly name: string;
}

/** What stands in a lock file, for the next process and for people. */
interface LockContent extends ProcessIdentity {
  /** When the lock was taken, ISO 8601. */
  readonly since: string;
  /** Where the holder serves, once it does. */
  readonly url: string | null;
  /** NATS server of what the holder runs, once there is one. */
  readonly natsUrl?: string;
  readonly children: readonly LockedChild[];
}

/** Attempts to take a lock before giving up: each round either wins or learns who holds it. */
const MAX_ROUNDS = 20;

/** A lock file that this process holds. */
export class FileLock {
  readonly #path: string;
  #content: LockContent;
  /** Children of a holder that died without releasing; some may still be on their way out. */
  readonly leftovers: readonly LockedChild[];

  private constructor(path: string, content: LockContent, leftovers: readonly LockedChild[]) {
    this.#path = path;
    this.#content = content;
    this.leftovers = leftovers;
  }

  /**
   * Takes the lock, or takes it over from a holder that is gone. Throws FirstcallError `storeInUse`
   * saying which process holds it.
   */
  static acquire(path: string): FileLock {
    const mine = { ...identify(process.pid)!, since: new Date().toISOString() };
    const content: LockContent = { ...mine, url: null, children: [] };
    let leftovers: readonly LockedChild[] = [];
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (createWhole(path, content)) return new FileLock(path, content, leftovers);
      const held = read(path);
      if (held !== null && isAlive(held)) throw inUse(path, held);
      leftovers = held?.children ?? leftovers;
      removeStale(path, content);
    }
    throw new FirstcallError('storeInUse', `${path}: others keep taking this lock; try again`);
  }

  /** Notes what the next process and people should know. */
  describe(facts: { url?: string; natsUrl?: string; children?: readonly LockedChild[] }): void {
    this.#content = { ...this.#content, ...facts };
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(this.#content));
    renameSync(draft, this.#path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }

  /** What the holder of a lock serves and the NATS server that it runs; null where it does not yet, or nobody holds it. */
  static urlsOf(path: string): { readonly url: string | null; readonly natsUrl: string | null } {
    const held = read(path);
    if (held === null || !isAlive(held)) return { url: null, natsUrl: null };
    return { url: held.url, natsUrl: held.natsUrl ?? null };
  }
}

function inUse(path: string, held: LockContent): FirstcallError {
  const where = held.url === null ? '' : `, serving ${held.url}`;
  return new FirstcallError(
    'storeInUse',
    `this store is in use by process ${held.pid} (since ${held.since}${where}; ${path}). ` +
      `Stop it with: kill ${held.pid}, or choose another store with --store-dir DIR`,
  );
}

/** False if the file exists. The link makes it appear with its content, never empty. */
function createWhole(path: string, content: LockContent): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(content));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Null if the file is gone or holds nothing of ours; either way nobody holds the lock. */
function read(path: string): LockContent | null {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as LockContent;
    return Number.isInteger(content.pid) && Array.isArray(content.children) ? content : null;
  } catch {
    return null;
  }
}

/**
 * Removes a lock whose holder is gone. Two processes may want to at once, and the slower must not
 * remove what the faster has just taken: so removing has a lock of its own, and looks again.
 */
function removeStale(path: string, mine: LockContent): void {
  const removal = `${path}.removal`;
  if (!createWhole(removal, mine)) {
    const remover = read(removal);
    if (remover === null || !isAlive(remover)) rmSync(removal, { force: true });
    return;
  }
  try {
    const held = read(path);
    if (held === null || !isAlive(held)) rmSync(path, { force: true });
  } finally {
    rmSync(removal, { force: true });
  }
}
