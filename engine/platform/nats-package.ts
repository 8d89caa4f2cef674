import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FirstcallError } from '../../schemas/errors.ts';
import { downloadPackages, unpackPackage } from './apt.ts';

const run = promisify(execFile);

export interface UnpackOptions {
  /** Of the commands that are run. */
  readonly env: NodeJS.ProcessEnv;
  /** Told in one line what takes long. */
  readonly progress: (line: string) => void;
}

/**
 * Fetches the distribution's nats-server package and unpacks it under `cacheDir` without root.
 * Returns the binary's path. Two at once are harmless: the first to finish wins. Rejects if there is
 * no apt-get or no such package.
 */
export async function unpackNatsServer(cacheDir: string, options: UnpackOptions): Promise<string> {
  const { env, progress } = options;
  progress("nats-server: unpacking the distribution's package (once)");
  await mkdir(cacheDir, { recursive: true });
  const scratch = await mkdtemp(join(cacheDir, '.unpack-'));
  try {
    const [archive] = await downloadPackages(scratch, ['download', 'nats-server'], env);
    if (archive === undefined) {
      throw new FirstcallError('noPackage', 'apt-get download nats-server left no package behind');
    }
    const unpacked = join(scratch, 'root');
    await unpackPackage(archive, unpacked, env);
    const target = join(cacheDir, `nats-server-${await versionOf(binaryIn(unpacked))}`);
    await moveUnlessThere(unpacked, target);
    progress(`nats-server: ready in ${target}`);
    return binaryIn(target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const binaryIn = (root: string) => join(root, 'usr', 'sbin', 'nats-server');

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
