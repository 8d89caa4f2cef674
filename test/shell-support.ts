import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { projectRoot } from '../engine/platform/project-root.ts';

/** Where bundles may stand so that they find their dependencies and the project's root. */
const BUNDLES = join(projectRoot(), '.firstcall', 'cache', `test-shell-${process.pid}`);
const STEP_MS = 20;
const WAIT_MS_MAX = 30_000;

/** Environment of a child: ours, without settings that would change what is tested. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('FIRSTCALL_') || name === 'FIRSTCALL_NATS_SERVER',
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/** Bundles a source of the project for plain Node and returns the script's path. */
export async function bundle(source: string): Promise<string> {
  const outfile = join(BUNDLES, `${source.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [join(projectRoot(), source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}

export function removeBundles(): void {
  rmSync(BUNDLES, { recursive: true, force: true });
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'firstcall-shell-'));
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program under test; its output is collected. */
export class Program {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
    const { env = cleanEnv(), cwd } = options;
    if (cwd !== undefined) mkdirSync(cwd, { recursive: true });
    this.child = spawn(process.execPath, [...args], {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  async finished(): Promise<Finished> {
    const [code, signal] = await once(this.child, 'close');
    return { code, signal, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs a script to its end. */
export function run(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Finished> {
  return new Program(args, options).finished();
}

/** Resolves when the condition holds; throws what is missing otherwise. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += STEP_MS) {
    if (waitedMs > WAIT_MS_MAX) throw new Error(`never came: ${what}`);
    await delay(STEP_MS);
  }
}

/** Lines that children of a test have written. */
export function journal(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}
