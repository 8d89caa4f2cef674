import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';
import { type UnpackOptions, unpackNatsServer } from './nats-package.ts';
import { projectCache } from './project-root.ts';

export interface FindOptions {
  /** Default: that of the process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where an unpacked server is kept. Default: the project's cache. */
  readonly cacheDir?: string;
  /** Folders searched besides PATH: Debian keeps the server where users have no PATH to. */
  readonly systemDirs?: readonly string[];
  /** Told in one line what takes long. */
  readonly progress?: (line: string) => void;
}

/**
 * Path of a nats-server: FIRSTCALL_NATS_SERVER, else PATH, else /usr/sbin, else the cache, else
 * unpacked from the distribution's package into the cache (seconds, megabytes, no root).
 * Throws FirstcallError('noNatsServer') with the three ways to get one.
 */
export async function findNatsServer(options: FindOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const named = env.FIRSTCALL_NATS_SERVER;
  if (named !== undefined && named !== '') return requireNamed(named);
  const cacheDir = options.cacheDir ?? projectCache();
  const folders = [
    ...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...(options.systemDirs ?? ['/usr/sbin', '/usr/local/sbin']),
    ...cachedFolders(cacheDir),
  ];
  const found = folders.map((folder) => join(folder, 'nats-server')).find(isExecutable);
  return found ?? unpackOrExplain(cacheDir, { env, progress: options.progress ?? (() => {}) });
}

function requireNamed(path: string): string {
  if (isExecutable(path)) return path;
  throw new FirstcallError('noNatsServer', `FIRSTCALL_NATS_SERVER=${path}: not an executable file`);
}

/** Newest version first. */
function cachedFolders(cacheDir: string): string[] {
  if (!existsSync(cacheDir)) return [];
  return readdirSync(cacheDir)
    .filter((name) => /^nats-server-\d/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(cacheDir, name, 'usr', 'sbin'));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function unpackOrExplain(cacheDir: string, options: UnpackOptions): Promise<string> {
  try {
    return await unpackNatsServer(cacheDir, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FirstcallError(
      'noNatsServer',
      'no nats-server found. Either install one (Debian, Ubuntu: apt-get install nats-server), ' +
        'or put a nats-server binary on PATH, or name it in FIRSTCALL_NATS_SERVER. ' +
        `Unpacking the distribution's package failed: ${reason}`,
      { cause },
    );
  }
}
