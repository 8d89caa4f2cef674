import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { FirstcallError } from '../../../schemas/errors.ts';
import { type LineFormat, LineForwarder } from './line-forwarder.ts';
import { RestartBudget } from './restart-budget.ts';

export interface ChildSpec {
  readonly name: string;
  /** Script and its arguments. */
  readonly script: readonly string[];
  readonly nodeFlags?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True: exit code 0 means that its work is done. False: it should run until it is stopped. */
  readonly mayFinish: boolean;
  /** Crashes within a minute that are made good by starting it again. */
  readonly restartsMax: number;
  readonly readyMsMax: number;
  /** After SIGTERM; then SIGKILL. */
  readonly stopMsMax: number;
  readonly format: LineFormat;
}

/** What the supervisor hears of a child. */
export interface ChildObserver {
  started(pid: number): void;
  /** It crashed and is started again after `delayMs`. */
  restarting(why: string, delayMs: number): void;
  restarted(): void;
  finished(): void;
  /** It crashed too often, or with a message that a restart does not mend. */
  givenUp(why: string): void;
}

/** What a child said when it was up, such as its `port`. */
export type ReadyMessage = Readonly<Record<string, unknown>>;

/** Exit code of a process that was configured wrong: trying again changes nothing. */
const USAGE_EXIT_CODE = 2;

/** One child process that is kept running until it is stopped. */
export class SupervisedChild {
  readonly #spec: ChildSpec;
  readonly #observer: ChildObserver;
  readonly #out: Writable;
  readonly #budget: RestartBudget;
  #child: ChildProcess | null = null;
  #restartTimer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(spec: ChildSpec, observer: ChildObserver, out: Writable) {
    this.#spec = spec;
    this.#budget = new RestartBudget(spec.restartsMax);
    this.#observer = observer;
    this.#out = out;
  }

  /** Resolves once the child says it is ready; throws `childFailed` if it ends or stalls before. */
  async start(): Promise<ReadyMessage> {
    const child = this.#spawn();
    const message = await this.#untilReady(child);
    const finished = this.#spec.mayFinish && child.exitCode === 0;
    if (message === null && !finished) {
      throw new FirstcallError('childFailed', this.#whyNotReady(child));
    }
    this.#watch(child);
    return message ?? {};
  }

  /** Ends the child in order, by force after `stopMsMax`. Resolves once it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child === null || hasEnded(child)) return;
    // 'close' comes after 'exit', when the last log lines have been read.
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const deadline = setTimeout(() => killGroup(child), this.#spec.stopMsMax);
    await closed;
    clearTimeout(deadline);
  }

  /**
   * In a session of its own: a Ctrl-C in the terminal reaches only the supervisor, which stops the
   * children in their order. If the supervisor vanishes, the IPC channel closes and tells them.
   */
  #spawn(): ChildProcess {
    const { nodeFlags = [], script, env, format } = this.#spec;
    const child = spawn(process.execPath, [...nodeFlags, ...script], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env,
    });
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.pipe(new LineForwarder(format)).pipe(this.#out, { end: false });
    }
    // A failed spawn has no pid and no exit event of its own; the error is told by untilReady.
    child.on('error', () => {});
    if (child.pid !== undefined) this.#observer.started(child.pid);
    return child;
  }

  /** Null if the child ended first, or said nothing in time and was therefore ended. */
  #untilReady(child: ChildProcess): Promise<ReadyMessage | null> {
    return new Promise((resolve) => {
      const deadline = setTimeout(() => killGroup(child), this.#spec.readyMsMax);
      const settle = (message: ReadyMessage | null) => {
        clearTimeout(deadline);
        resolve(message);
      };
      child.on('message', (message) => {
        if (isReady(message)) settle(message);
      });
      child.once('exit', () => settle(null));
      child.once('error', () => settle(null));
    });
  }

  #watch(child: ChildProcess): void {
    const ended = () => {
      if (this.#stopping) return;
      if (child.exitCode === 0 && this.#spec.mayFinish) this.#observer.finished();
      else this.#restart(child);
    };
    if (hasEnded(child)) ended();
    else child.once('exit', ended);
  }

  #restart(child: ChildProcess): void {
    const why = howEnded(child);
    const delayMs =
      child.exitCode === USAGE_EXIT_CODE ? null : this.#budget.take(performance.now());
    if (delayMs === null) {
      this.#observer.givenUp(why);
      return;
    }
    this.#observer.restarting(why, delayMs);
    this.#restartTimer = setTimeout(() => void this.#startAgain(), delayMs);
  }

  async #startAgain(): Promise<void> {
    const child = this.#spawn();
    const message = await this.#untilReady(child);
    if (message !== null) this.#observer.restarted();
    this.#watch(child);
  }

  #whyNotReady(child: ChildProcess): string {
    const { name, readyMsMax } = this.#spec;
    if (this.#stopping) return `${name} was stopped while it started`;
    return child.signalCode === 'SIGKILL'
      ? `${name} was not ready after ${readyMsMax / 1000} s and was ended`
      : `${name} ${howEnded(child)} before it was ready; its log is above`;
  }
}

function isReady(message: unknown): message is ReadyMessage {
  return (message as { type?: unknown } | null)?.type === 'ready';
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function howEnded(child: ChildProcess): string {
  if (child.pid === undefined) return 'could not be started';
  return child.signalCode === null
    ? `ended with exit code ${child.exitCode}`
    : `was killed by ${child.signalCode}`;
}

/** The child leads a process group of its own, so this takes along whatever it started. */
function killGroup(child: ChildProcess): void {
  if (hasEnded(child)) return;
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
