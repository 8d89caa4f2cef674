import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ENGINE_NODE_FLAGS } from '../../engine/cli/engine-node-flags.ts';
import { distFile } from '../../engine/platform/dist.ts';
import { until } from './until.ts';

export interface KillableEngineOptions {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly storeDir: string;
  readonly snapshotSeconds: number;
}

const READY_MS_MAX = 300_000;

/** An engine as the supervisor starts it, a process of its own, which can be killed and started again. */
export class KillableEngine {
  /** Messages of warnings and errors of all its lives. */
  readonly complaints: string[] = [];
  readonly #options: KillableEngineOptions;
  #child: ChildProcess | null = null;
  #port = 0;
  /** Lives that ended by themselves. */
  #crashes = 0;
  #isEnding = false;

  constructor(options: KillableEngineOptions) {
    this.#options = options;
  }

  get crashes(): number {
    return this.#crashes;
  }

  /** Begins a life; returns as soon as there is a process. */
  start(): void {
    const config = { ...this.#options, shards: 2, port: 0, logLevel: 'warn', logFormat: 'json' };
    const child = fork(distFile('engine/main.js'), [], {
      execArgv: ['--enable-source-maps', ...ENGINE_NODE_FLAGS],
      env: { ...process.env, FIRSTCALL_CONFIG: JSON.stringify(config) },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#port = 0;
    this.#isEnding = false;
    child.on('message', ({ type, port }: { type?: string; port?: number }) => {
      if (type === 'ready') this.#port = port!;
    });
    child.on('exit', () => {
      if (!this.#isEnding) this.#crashes += 1;
    });
    createInterface(child.stdout!).on('line', (line) => this.#note(line));
  }

  /** Resolves once it answers, with its log read or not. */
  async up(): Promise<void> {
    await until('the engine is up', READY_MS_MAX, () => this.#port !== 0);
  }

  /** Resolves when it begins to write a snapshot, or when it has kept one of a partition; or after so long. */
  async reachesSnapshot(what: 'writing' | 'kept', msMax: number): Promise<void> {
    const folder = join(this.#options.storeDir, 'snapshots');
    await mkdir(folder, { recursive: true });
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        watcher.close();
        resolve();
      };
      const timer = setTimeout(end, msMax);
      const watcher = watch(folder, { recursive: true }, (_, name) => {
        const isKept = name?.endsWith('.snapshot') && basename(name).startsWith('p');
        if (what === 'kept' ? isKept : name?.endsWith('.unfinished')) end();
      });
    });
  }

  /** Resolves once it has read its log. */
  async ready(): Promise<void> {
    await until('the engine is ready', READY_MS_MAX, async () => {
      if (this.#port === 0) return false;
      return (await fetch(`http://127.0.0.1:${this.#port}/readyz`)).ok;
    });
  }

  /** What it counts, as Prometheus text. */
  async metrics(): Promise<string> {
    return await (await fetch(`http://127.0.0.1:${this.#port}/metrics`)).text();
  }

  /** Resolves once the process is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    this.#isEnding = true;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Names of snapshots, and of those that were being written when a life ended. */
  files(): { readonly kept: ReadonlySet<string>; readonly unfinished: number } {
    const names = readdirSync(this.#options.storeDir, { recursive: true }) as string[];
    return {
      kept: new Set(names.filter((name) => name.endsWith('.snapshot'))),
      unfinished: names.filter((name) => name.endsWith('.unfinished')).length,
    };
  }

  #note(line: string): void {
    try {
      this.complaints.push((JSON.parse(line) as { msg: string }).msg);
    } catch {
      // The last line of a killed process may be half a line.
    }
  }
}
