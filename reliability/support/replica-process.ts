import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ENGINE_NODE_FLAGS } from '../../engine/cli/engine-node-flags.ts';
import { distFile } from '../../engine/platform/dist.ts';
import { FirstcallError } from '../../schemas/errors.ts';

export interface ReplicaSettings {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly storeDir: string;
  /** Its own, so that it is found again after a restart. */
  readonly port: number;
}

const POLL_MS = 20;
const READY_MS_MAX = 60_000;

/** An engine as it is deployed, a process of its own with its gateway, which can be killed and frozen. */
export class ReplicaProcess {
  readonly name: string;
  readonly #settings: ReplicaSettings;
  #child: ChildProcess | null = null;

  constructor(name: string, settings: ReplicaSettings) {
    this.name = name;
    this.#settings = settings;
  }

  /** As the client names it. */
  get wsUrl(): string {
    return `ws://127.0.0.1:${this.#settings.port}/`;
  }

  start(): void {
    const config = { ...this.#settings, shards: 2, snapshotSeconds: 5, logLevel: 'error' };
    this.#child = fork(distFile('engine/main.js'), [], {
      execArgv: [...ENGINE_NODE_FLAGS, '--enable-source-maps'],
      env: { ...process.env, FIRSTCALL_CONFIG: JSON.stringify(config) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** Resolves once it calls itself ready. Throws FirstcallError `trialStuck`. */
  async ready(): Promise<void> {
    for (let waitedMs = 0; waitedMs < READY_MS_MAX; waitedMs += POLL_MS) {
      const answer = await this.#fetch('/readyz').catch(() => null);
      if (answer?.ok === true) return;
      await delay(POLL_MS);
    }
    throw new FirstcallError('trialStuck', `${this.name} is not ready within ${READY_MS_MAX} ms`);
  }

  /** The JSON that it answers. */
  async get(path: string): Promise<unknown> {
    return await (await this.#fetch(path)).json();
  }

  async select(order: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(order) };
    return await (await this.#fetch('/select', request)).json();
  }

  /** SIGKILL, SIGSTOP or SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it whatever state it is in; resolves once it is gone. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.timeout(5_000);
    return fetch(`http://127.0.0.1:${this.#settings.port}${path}`, { ...init, signal });
  }
}
