import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FirstcallError } from '../../schemas/errors.ts';

const run = promisify(execFile);
const COMMAND_MS_MAX = 180_000;

export interface UnpackOptions {
  /** Of the commands that are run. */
  readonly env: NodeJS.ProcessEnv;
  /** Told in one line what takes long. */
  readonly progress: (line: string) => void;
}

/**
 * Fetches the distribution's nats-server package and unpacks it under `cacheDir` without root:
 * apt-get works on package lists and caches of our own, so the system's are neither read nor locked.
 * Returns the binary's path. Two at once are harmless: the first to finish wins. Rejects if there is
 * no apt-get or no such package.
 */
export async function unpackNatsServer(cacheDir: string, options: UnpackOptions): Promise<string> {
  const { env, progress } = options;
  progress("nats-server: unpacking the distribution's package (once)");
  await mkdir(cacheDir, { recursive: true });
  const scratch = await mkdtemp(join(cacheDir, '.unpack-'));
  try {
    const archive = await downloadPackage(scratch, env);
    const unpacked = join(scratch, 'root');
    await run('dpkg-deb', ['-x', archive, unpacked], { timeout: COMMAND_MS_MAX, env });
    const target = join(cacheDir, `nats-server-${await versionOf(binaryIn(unpacked))}`);
    await moveUnlessThere(unpacked, target);
    progress(`nats-server: ready in ${target}`);
    return binaryIn(target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const binaryIn = (root: string) => join(root, 'usr', 'sbin', 'nats-server');

async function downloadPackage(scratch: string, env: NodeJS.ProcessEnv): Promise<string> {
  const lists = join(scratch, 'lists');
  const cache = join(scratch, 'cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  const settings = [
    `Dir::State::Lists=${lists}`,
    `Dir::Cache=${cache}`,
    `Dir::Cache::archives=${join(cache, 'archives')}`,
    'Debug::NoLocking=1',
    // Otherwise apt-get as root becomes the user _apt, who may not write here.
    'APT::Sandbox::User=',
  ].flatMap((setting) => ['-o', setting]);
  const options = { cwd: scratch, env, timeout: COMMAND_MS_MAX, maxBuffer: 16 << 20 };
  // One unreachable source among several fails the update; whether it mattered shows in the download.
  await run('apt-get', [...settings, '-q', 'update'], options).catch((error: unknown) => {
    if (isMissing(error)) throw error;
  });
  await run('apt-get', [...settings, '-q', 'download', 'nats-server'], options);
  const archive = (await readdir(scratch)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) {
    throw new FirstcallError('noPackage', 'apt-get download nats-server left no package behind');
  }
  return join(scratch, archive);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** "2.9.10" out of "nats-server: v2.9.10"; also proves that the binary runs on this machine. */
async function versionOf(binary: string): Promise<string> {
  const { stdout } = await run(binary, ['--version'], { timeout: 10_000 });
  const version = /v(\d[\w.-]*)/.exec(stdout)?.[1];
  if (version === undefined) {
    throw new FirstcallError('noPackage', `${binary} --version said "${stdout.trim()}"`);
  }
  return version;
}

async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(binaryIn(to))) throw error;
  }
}
