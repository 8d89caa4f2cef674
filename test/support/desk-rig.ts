import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { distFile } from '../../engine/platform/dist.ts';
import { cleanEnv } from '../shell-support.ts';
import { launchBrowser, openPage, type PageOptions } from './browser.ts';
import { until } from './engine.ts';
import { freePort } from './free-port.ts';

/** A small market: what it has is there within seconds, and it goes on live. */
const MARKET = {
  FIRSTCALL_SIM_DAYS: '21',
  FIRSTCALL_SIM_RFQS_PER_DAY: '200',
  FIRSTCALL_SIM_LIVE_RFQS_PER_MINUTE: '120',
};

/** One that nothing but a test observes. */
const MODEL = 'model:\n  tcaMetrics:\n    - { name: pageTest, higherIsBetter: true }\n';

/** The whole product as `npm start` runs it, and a browser to look at it with. */
export class DeskRig {
  #port = 0;
  #program: ChildProcess | null = null;
  #browser: Browser | null = null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'firstcall-desk-'));
  readonly #storeDir = join(this.#folder, 'store');
  readonly #output: string[] = [];

  /** Resolves once the engine has read what the simulated past holds, and the history some of it. */
  async open(chromium: string): Promise<void> {
    this.#port = await freePort();
    const env = cleanEnv({ ...MARKET, FIRSTCALL_STORE_DIR: this.#storeDir });
    const config = join(this.#folder, 'firstcall.yaml');
    writeFileSync(config, MODEL);
    const args = [distFile('engine/cli/firstcall.js'), 'dev', '--config', config];
    args.push('--port', String(this.#port));
    this.#program = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#program.stdout!, this.#program.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => void this.#output.push(text));
    }
    this.#browser = await launchBrowser(chromium);
    await this.#whenServing();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What the product has printed. */
  get output(): string {
    return this.#output.join('');
  }

  /** A page of its own; it ends with `close`. */
  async newPage(options: PageOptions = {}): Promise<{ page: Page; errors: readonly string[] }> {
    return await openPage(this.#browser!, options);
  }

  /** Of the NATS server. */
  get natsUrl(): string {
    return /nats:\/\/[\d.]+:\d+/.exec(this.output)![0];
  }

  /** As an operator, or the kernel, would; the supervisor starts another. */
  killEngine(): void {
    const lock = JSON.parse(readFileSync(join(this.#storeDir, 'run', 'supervisor.lock'), 'utf8'));
    const { children } = lock as { children: { name: string; pid: number }[] };
    process.kill(children.find(({ name }) => name === 'engine')!.pid, 'SIGKILL');
  }

  async isReady(): Promise<boolean> {
    return await fetch(`${this.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** Rows of a named query of the history; null while it does not answer. */
  async askHistory(query: string, parameters: object = {}) {
    const body = JSON.stringify({ query, parameters });
    const response = await fetch(`${this.url}/history`, { method: 'POST', body }).catch(() => null);
    if (response?.ok !== true) return null;
    return ((await response.json()) as { rows: Record<string, unknown>[] }).rows;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    const program = this.#program;
    if (program !== null && program.exitCode === null && program.signalCode === null) {
      const exit = once(program, 'exit');
      program.kill('SIGTERM');
      await exit;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #whenServing(): Promise<void> {
    await until(async () => {
      if (this.#program!.exitCode !== null) throw new Error(`it has ended:\n${this.output}`);
      return (await this.isReady()) && (await this.#hasHistory());
    });
  }

  async #hasHistory(): Promise<boolean> {
    const rows = await this.askHistory('counts');
    return (
      rows?.some(({ table, rows: count }) => table === 'rfqs' && Number(count) > 1_000) ?? false
    );
  }
}
