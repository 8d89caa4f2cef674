import { FirstcallError } from '../../schemas/errors.ts';
import { type Config, resolveConfig } from './config.ts';
import { createLogger, droppedLogLines, flushLogger, type Logger } from './logger.ts';

/** What a process's main function gets. */
export interface ProcessContext {
  readonly config: Config;
  readonly logger: Logger;
  /** Aborted when the process begins to stop. */
  readonly signal: AbortSignal;
  /** Runs when the process stops, last registered first, each after the one before has ended. */
  onShutdown(name: string, hook: () => unknown): void;
  /** Tells the parent, if there is one, that this process is up. */
  ready(details?: Readonly<Record<string, unknown>>): void;
  /** Stops the process in order; resolves never (the process ends). Repeats change nothing. */
  stop(reason: string, exitCode?: number): Promise<void>;
  /** Says what went wrong, and stops the process with exit code 1. */
  fail(what: string, error: unknown): Promise<void>;
}

export interface ProcessOptions {
  /** Settings; without them `resolveConfig()` reads `FIRSTCALL_CONFIG`, the file and the environment. */
  readonly config?: Config;
  /** Deadline of the whole stop, if it is not `config.stopSeconds`. */
  readonly stopSeconds?: number;
}

interface Hook {
  readonly name: string;
  readonly run: () => unknown;
}

/** Exit codes of a process that a signal ended follow the shell's 128 + n. */
const FORCED_EXIT_CODE = 130;
/** npm hands on the Ctrl-C that the terminal has sent us already: one, not two. */
const SAME_INTERRUPT_MS = 500;
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Runs `main` as this process, under the rules that all of ours keep: SIGTERM, SIGINT, SIGHUP and a
 * vanished parent stop it in order with exit code 0; an error that nobody caught is logged and stops
 * it with 1; a stop that outlasts `stopSeconds`, or a second signal of a person, ends it at once.
 * Call it once.
 */
export async function runProcess(
  name: string,
  main: (context: ProcessContext) => unknown,
  options: ProcessOptions = {},
): Promise<void> {
  const config = options.config ?? readConfigOrExit(name);
  const running = new RunningProcess(name, config, options.stopSeconds);
  running.listen();
  try {
    await main(running);
  } catch (error) {
    // A start that was cut short by a stop fails in its own way; that is no news.
    if (!running.signal.aborted) await running.fail('could not start', error);
  }
}

function readConfigOrExit(name: string): Config {
  try {
    return resolveConfig();
  } catch (error) {
    process.stderr.write(`firstcall ${name}: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

class RunningProcess implements ProcessContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly #name: string;
  readonly #stopSeconds: number;
  readonly #abort = new AbortController();
  readonly #hooks: Hook[] = [];
  #stopping: Promise<void> | null = null;
  #exitCode = 0;
  #currentHook = '';
  #interruptedMs = Number.POSITIVE_INFINITY;

  constructor(name: string, config: Config, stopSeconds = config.stopSeconds) {
    this.#stopSeconds = stopSeconds;
    this.#name = name;
    this.config = config;
    this.logger = createLogger(name, config);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  listen(): void {
    for (const signal of STOP_SIGNALS) process.on(signal, () => this.#onSignal(signal));
    process.on('disconnect', () => void this.stop('parent is gone'));
    process.on('uncaughtException', (error) => void this.fail('uncaught exception', error));
    process.on('unhandledRejection', (error) => void this.fail('unhandled rejection', error));
    // A closed pipe or terminal: nobody reads us any more, and an error event would end us half-way.
    process.stdout.on('error', () => void this.stop('standard output is closed'));
    process.stderr.on('error', () => {});
    // The parent may have vanished while we loaded, before there was anybody to hear of it.
    if (process.send !== undefined && !process.connected) void this.stop('parent is gone');
  }

  onShutdown(name: string, run: () => unknown): void {
    this.#hooks.push({ name, run });
  }

  ready(details: Readonly<Record<string, unknown>> = {}): void {
    if (!process.connected) return;
    // The parent may vanish between the check and the write; 'disconnect' then tells us.
    process.send!({ ...details, type: 'ready', name: this.#name }, undefined, {}, () => {});
  }

  stop(reason: string, exitCode = 0): Promise<void> {
    this.#exitCode = Math.max(this.#exitCode, exitCode);
    this.#stopping ??= this.#shutDown(reason);
    return this.#stopping;
  }

  fail(what: string, error: unknown): Promise<void> {
    // What the world does to us is said in a sentence; a stack is for our own bugs.
    if (error instanceof FirstcallError)
      this.logger.fatal({ code: error.code }, `${what}: ${error.message}`);
    else this.logger.fatal({ err: error }, what);
    return this.stop(what, 1);
  }

  #onSignal(signal: NodeJS.Signals): void {
    const isAgain = performance.now() - this.#interruptedMs > SAME_INTERRUPT_MS;
    if (signal === 'SIGINT' && process.stdin.isTTY && isAgain) {
      this.logger.warn('interrupted again: ended without waiting');
      void this.#exit(FORCED_EXIT_CODE);
    }
    if (signal === 'SIGINT') this.#interruptedMs = Math.min(this.#interruptedMs, performance.now());
    void this.stop(signal);
  }

  async #shutDown(reason: string): Promise<void> {
    this.logger.debug({ reason }, 'stopping');
    const deadline = setTimeout(() => this.#giveUp(), this.#stopSeconds * 1000);
    this.#abort.abort();
    // Hooks may still be added while a start is being undone.
    for (let hook = this.#hooks.pop(); hook !== undefined; hook = this.#hooks.pop()) {
      await this.#runHook(hook);
    }
    clearTimeout(deadline);
    const dropped = droppedLogLines();
    if (dropped > 0) this.logger.warn({ dropped }, 'log lines were lost to a slow reader');
    this.logger.debug({ reason }, 'stopped');
    await this.#exit(this.#exitCode);
  }

  async #runHook({ name, run }: Hook): Promise<void> {
    this.#currentHook = name;
    try {
      await run();
    } catch (error) {
      this.#exitCode = Math.max(this.#exitCode, 1);
      this.logger.error({ err: error, hook: name }, 'a part did not stop cleanly');
    }
  }

  #giveUp(): void {
    const seconds = this.#stopSeconds;
    this.logger.error({ waitingFor: this.#currentHook }, `not stopped within ${seconds} s: ended`);
    void this.#exit(1);
  }

  async #exit(code: number): Promise<never> {
    await flushLogger();
    process.exit(code);
  }
}
