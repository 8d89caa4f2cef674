import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { downloadPackages, unpackPackage } from '../../engine/platform/apt.ts';
import { projectCache } from '../../engine/platform/project-root.ts';
import { FirstcallError } from '../../schemas/errors.ts';

export interface RedisBinary {
  readonly path: string;
  /** Folder of libraries that it needs and the system may lack; null: none. */
  readonly libraries: string | null;
}

/** A redis-server on PATH, or the one that was unpacked before; null: neither. */
export function installedRedisServer(): RedisBinary | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const paths = folders.filter((folder) => folder !== '').map((f) => join(f, 'redis-server'));
  const path = paths.find(existsSync);
  if (path !== undefined) return { path, libraries: null };
  return unpackedIn(cachedRoot());
}

const cachedRoot = (): string => join(projectCache(), 'redis-server');

function unpackedIn(root: string): RedisBinary | null {
  const path = join(root, 'usr', 'bin', 'redis-server');
  if (!existsSync(path)) return null;
  const lib = join(root, 'usr', 'lib');
  const triplet = readdirSync(lib).find((name) => name.includes('-linux-'));
  return { path, libraries: triplet === undefined ? lib : join(lib, triplet) };
}

/**
 * The same, unpacked from the distribution's packages into the cache if need be, without root. Throws
 * FirstcallError `noRedisServer`.
 */
export async function findRedisServer(options: {
  readonly progress: (line: string) => void;
}): Promise<RedisBinary> {
  const installed = installedRedisServer();
  if (installed !== null) return installed;
  options.progress("redis-server: unpacking the distribution's package (once)");
  try {
    await unpackRedis();
  } catch (cause) {
    throw new FirstcallError(
      'noRedisServer',
      'no redis-server found. Either install one (Debian, Ubuntu: apt-get install redis-server), or put ' +
        `one on PATH. Unpacking the distribution's package failed: ${(cause as Error).message}`,
      { cause },
    );
  }
  return unpackedIn(cachedRoot())!;
}

/** The server with what it depends on and the system lacks. Two at once are harmless. */
async function unpackRedis(): Promise<void> {
  await mkdir(projectCache(), { recursive: true });
  const scratch = await mkdtemp(join(projectCache(), '.unpack-'));
  try {
    const command = ['install', '--download-only', '--yes', 'redis-server'];
    const archives = await downloadPackages(scratch, command, process.env);
    const unpacked = join(scratch, 'root');
    for (const archive of archives) await unpackPackage(archive, unpacked, process.env);
    await rename(unpacked, cachedRoot()).catch((error: unknown) => {
      if (unpackedIn(cachedRoot()) === null) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
