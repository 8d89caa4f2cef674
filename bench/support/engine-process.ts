import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ENGINE_NODE_FLAGS } from '../../engine/cli/engine-node-flags.ts';
import { distFile } from '../../engine/platform/dist.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { PAUSE_QUESTION, type PauseAnswer } from './pause-question.ts';

export interface EngineSettings {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly rankTickMs: number;
  /** What differs from the default model. */
  readonly model?: Readonly<Record<string, unknown>>;
  readonly rulesFile?: string;
  readonly storeDir?: string;
  /** Default: uWebSockets.js. */
  readonly gatewayLibrary?: 'uws' | 'ws';
}

/** Loaded before an engine, tells the pauses of its main thread (bench/support/gc-watch.ts). */
const GC_WATCH = 'bench/support/gc-watch.js';

/** An engine as it is deployed: a process of its own with its gateway. */
export interface EngineProcess {
  readonly wsUrl: string;
  readonly httpUrl: string;
  readonly pid: number;
  /** Milliseconds of the longest garbage collection of the thread that serves, since this was last asked. */
  longestGcMs(): Promise<number>;
  stop(): Promise<void>;
}

const READY_POLL_MS = 20;
const READY_MS_MAX = 120_000;

/** Resolves once the engine has read its whole log. */
export async function startEngineProcess(settings: EngineSettings): Promise<EngineProcess> {
  const config = { gatewayLibrary: 'uws', ...settings, shards: 2, port: 0, logLevel: 'warn' };
  const child = fork(distFile('engine/main.js'), [], {
    // As the supervisor starts it.
    execArgv: [...process.execArgv, ...ENGINE_NODE_FLAGS, `--import=${distFile(GC_WATCH)}`],
    env: { ...process.env, FIRSTCALL_CONFIG: JSON.stringify(config) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  try {
    const port = await listeningPort(child);
    const httpUrl = `http://127.0.0.1:${port}`;
    await caughtUp(httpUrl);
    const wsUrl = `ws://127.0.0.1:${port}`;
    return { wsUrl, httpUrl, pid: child.pid!, longestGcMs: () => askLongestGc(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function askLongestGc(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new FirstcallError('benchProcess', 'the engine has ended'));
    const take = (answer: Partial<PauseAnswer>): void => {
      if (answer.type !== PAUSE_QUESTION) return;
      child.off('message', take).off('exit', gone);
      resolve(answer.milliseconds!);
    };
    child.on('message', take).once('exit', gone);
    child.send(PAUSE_QUESTION);
  });
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { type?: string; port?: number }) => {
      if (message.type === 'ready') resolve(message.port!);
    });
    child.once('exit', (code) => {
      reject(new FirstcallError('benchProcess', `the engine ended at once (exit ${code})`));
    });
  });
}

async function caughtUp(httpUrl: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_MS_MAX; waitedMs += READY_POLL_MS) {
    if ((await fetch(`${httpUrl}/readyz`)).ok) return;
    await delay(READY_POLL_MS);
  }
  throw new FirstcallError('benchProcess', `the engine is not ready after ${READY_MS_MAX} ms`);
}
