import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const COMMAND_MS_MAX = 180_000;

/**
 * Runs an apt-get command that downloads packages, without root: it works on package lists and caches
 * of our own under `scratch`, so the system's are neither read nor locked. Returns the paths of the
 * packages that are there then. Rejects if there is no apt-get or no such package.
 */
export async function downloadPackages(
  scratch: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const lists = join(scratch, 'lists');
  const cache = join(scratch, 'cache');
  const archives = join(cache, 'archives');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  const settings = [
    `Dir::State::Lists=${lists}`,
    `Dir::Cache=${cache}`,
    `Dir::Cache::archives=${archives}`,
    'Debug::NoLocking=1',
    // Otherwise apt-get as root becomes the user _apt, who may not write here.
    'APT::Sandbox::User=',
  ].flatMap((setting) => ['-o', setting]);
  const options = { cwd: scratch, env, timeout: COMMAND_MS_MAX, maxBuffer: 16 << 20 };
  // One unreachable source among several fails the update; whether it mattered shows in the download.
  await run('apt-get', [...settings, '-q', 'update'], options).catch((error: unknown) => {
    if (isMissing(error)) throw error;
  });
  await run('apt-get', [...settings, '-q', ...command], options);
  return [...(await packagesIn(scratch)), ...(await packagesIn(archives))];
}

/** Unpacks a package into a folder, and runs nothing of it. */
export async function unpackPackage(
  archive: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await run('dpkg-deb', ['-x', archive, folder], { timeout: COMMAND_MS_MAX, env });
}

async function packagesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(folder, name));
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
