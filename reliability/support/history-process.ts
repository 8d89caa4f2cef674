import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { encodeConfig, resolveConfig } from '../../engine/platform/config.ts';
import { distFile } from '../../engine/platform/dist.ts';
import { HistoryClient } from '../../engine/verify/history-client.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LogNames } from '../../schemas/subjects.ts';

export interface HistorySettings {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly storeDir: string;
}

const POLL_MS = 50;

/** The history process as it is deployed, with its chDB inside; it can be killed and started again. */
export class HistoryProcess {
  readonly #settings: HistorySettings;
  #child: ChildProcess | null = null;
  /** Times that it ended though nobody had ended it. */
  #crashes = 0;
  #isEnding = false;

  constructor(settings: HistorySettings) {
    this.#settings = settings;
  }

  get crashes(): number {
    return this.#crashes;
  }

  /** Resolves once it copies. */
  async start(): Promise<void> {
    const { storeDir, log, natsUrl: FIRSTCALL_NATS_URL, partitions } = this.#settings;
    const env = { FIRSTCALL_NATS_URL, FIRSTCALL_LOG: log, FIRSTCALL_PARTITIONS: `${partitions}` };
    const config = resolveConfig({ cwd: storeDir, env });
    const child = fork(distFile('engine/history/main.js'), [], {
      env: {
        ...process.env,
        UV_THREADPOOL_SIZE: '16',
        FIRSTCALL_CONFIG: encodeConfig({ ...config, storeDir, logLevel: 'error' }),
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#isEnding = false;
    child.once('exit', () => {
      if (!this.#isEnding) this.#crashes += 1;
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new FirstcallError('trialProcess', `history ended with ${code} before it was ready`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
  }

  /** Ends it and returns its exit code, null after SIGKILL. May be called again. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null;
    this.#isEnding = true;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  }

  /** Messages of the log that are not in its tables, streams by their names. */
  async messagesBehind(nc: NatsConnection, names: LogNames, ends: ReadonlyMap<string, number>) {
    const rows = await new HistoryClient(nc, names).ask('positions');
    const stored = new Map(rows.map((row) => [row.stream as string, row.sequence as number]));
    return [...ends].reduce((sum, [stream, end]) => sum + end - (stored.get(stream) ?? 0), 0);
  }

  /** Resolves once its tables hold the log up to `ends`; rejects after `msMax`. */
  async caughtUp(
    nc: NatsConnection,
    names: LogNames,
    ends: ReadonlyMap<string, number>,
    msMax: number,
  ): Promise<void> {
    const end = performance.now() + msMax;
    for (;;) {
      const behind = await this.messagesBehind(nc, names, ends);
      if (behind === 0) return;
      if (performance.now() > end) {
        const message = `history is still ${behind} messages behind after ${msMax / 1000} s`;
        throw new FirstcallError('trialStuck', message);
      }
      await delay(POLL_MS);
    }
  }
}
