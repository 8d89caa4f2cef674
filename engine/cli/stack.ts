import { createRequire } from 'node:module';
import { join } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';
import { CONFIG_VARIABLE, type Config, encodeConfig } from '../platform/config.ts';
import { identify } from '../platform/process-identity.ts';
import { projectRoot } from '../platform/project-root.ts';
import type { Console } from './console.ts';
import { ENGINE_NODE_FLAGS } from './engine-node-flags.ts';
import { configuredUrl } from './engine-url.ts';
import { type EntryName, entryPath } from './entries.ts';
import { type ChildSpec, type ReadyMessage, SupervisedChild } from './supervisor/child.ts';
import { SupervisedNats } from './supervisor/nats.ts';
import { natsPortFor, noteNatsPort } from './supervisor/nats-port.ts';
import { requireFreePort } from './supervisor/port.ts';
import { openStore, type Store } from './supervisor/store.ts';
import { version } from './version.ts';

export type StackChild = Extract<EntryName, 'engine' | 'history' | 'sim'>;

export interface StackOptions {
  /** Folder of the stack's own, below `config.storeDir`. */
  readonly storeName: string;
  /** Keep what the store holds. */
  readonly keep: boolean;
  readonly children: readonly StackChild[];
  readonly console: Console;
  /** Aborted when the process stops: nothing more is started. */
  readonly signal: AbortSignal;
  /** Script of a child. Default: the built entries. */
  readonly entryOf?: (name: EntryName) => string;
  /** Called in reverse order when the process stops. */
  onShutdown(name: string, hook: () => unknown): void;
  /** A part crashed too often: the stack is of no use any more. */
  failed(why: string): void;
}

/** How long a child may take until it is ready: a kept log is read from its beginning. */
const READY_MS_MAX = 120_000;
const RESTARTS_MAX = 5;
/** The longest that a timer can wait: 24 days. */
const NO_DEADLINE_MS = 2 ** 31 - 1;

/** What measurements say about each process's runtime. */
const RUNTIME: Readonly<
  Record<StackChild, { nodeFlags: readonly string[]; env: Readonly<Record<string, string>> }>
> = {
  engine: { nodeFlags: ENGINE_NODE_FLAGS, env: {} },
  // chDB's queries sit in libuv's thread pool.
  history: { nodeFlags: [], env: { UV_THREADPOOL_SIZE: '16' } },
  sim: { nodeFlags: [], env: {} },
};

/** NATS, engine, history and simulator as children of this process. */
export class Stack {
  readonly config: Config;
  readonly store: Store;
  readonly #options: StackOptions;
  readonly #ready = new Map<StackChild, ReadyMessage>();
  readonly #pids = new Map<string, number>();
  #natsUrl = '';

  private constructor(config: Config, store: Store, options: StackOptions) {
    this.config = config;
    this.store = store;
    this.#options = options;
  }

  /**
   * Claims the store, then starts NATS (unless `config.natsUrl` names one) and the children, and
   * resolves when all are ready. Registers what stops them: first the simulator, then engine,
   * history, NATS, and the store's lock last.
   */
  static async start(config: Config, options: StackOptions): Promise<Stack> {
    const { console, onShutdown, children } = options;
    const say = (line: string) => console.say(line);
    const store = await openStore(join(config.storeDir, options.storeName), {
      keep: options.keep,
      leftoverMsMax: config.stopSeconds * 1000,
      say,
    });
    let started = false;
    onShutdown('lock', () => {
      store.lock.release();
      if (started) say('stopped');
    });
    if (children.includes('engine')) await requireFreePort(config.host, config.port);
    started = true;
    const onKept = store.isKept ? ', on the store of the last run' : '';
    say(`Firstcall ${version()} is starting: ${children.join(', ')}${onKept}`);
    // A log on a server of somebody else's outlives this store; so must what is spooled for it.
    const isOwnLog = config.natsUrl === null;
    const spoolDir = config.spoolDir ?? (isOwnLog ? null : join(config.storeDir, 'spool'));
    const stack = new Stack({ ...config, storeDir: store.dir, spoolDir }, store, options);
    stack.#natsUrl = config.natsUrl ?? (await stack.#launchNats());
    options.signal.throwIfAborted();
    await stack.#startChildren(children);
    return stack;
  }

  get natsUrl(): string {
    return this.#natsUrl;
  }

  /** Where the leaderboard is, as a browser on this machine reaches it. */
  get engineUrl(): string {
    const { host } = this.config;
    const port = Number(this.#ready.get('engine')?.port ?? this.config.port);
    return configuredUrl({ host, port });
  }

  /** Engine and history make and read the log; the simulator comes when both are there. */
  async #startChildren(names: readonly StackChild[]): Promise<void> {
    const inStopOrder = (['history', 'engine', 'sim'] as const).filter((each) =>
      names.includes(each),
    );
    const children = inStopOrder.map((name) => ({ name, child: this.#makeChild(name) }));
    for (const { name, child } of children) this.#options.onShutdown(name, () => child.stop());
    const isFeed = (name: StackChild) => name === 'sim';
    const start = async ({ name, child }: (typeof children)[number]) => {
      this.#ready.set(name, await child.start());
    };
    await Promise.all(children.filter(({ name }) => !isFeed(name)).map(start));
    await Promise.all(children.filter(({ name }) => isFeed(name)).map(start));
    this.store.lock.describe({ url: this.engineUrl, natsUrl: this.natsUrl });
  }

  /**
   * Runs the feed that replays a file, with its own arguments; resolves when all of it is in the log. Throws `childFailed`.
   * It is not started again: what went wrong with a file goes wrong again.
   */
  async replay(args: readonly string[]): Promise<void> {
    const base = this.#specOf('replay', {});
    const spec = {
      ...base,
      script: [...base.script, ...args],
      mayFinish: true,
      restartsMax: 0,
      readyMsMax: NO_DEADLINE_MS,
    };
    await new Promise<void>((finished, failed) => {
      const observer = {
        started: (pid: number) => this.#noteChild('replay', pid),
        restarting: () => {},
        restarted: () => {},
        finished,
        givenUp: (why: string) => failed(new FirstcallError('childFailed', `replay ${why}`)),
      };
      const child = new SupervisedChild(spec, observer, process.stdout);
      this.#options.onShutdown('replay', () => child.stop());
      child.start().catch(failed);
    });
  }

  #specOf(name: EntryName, env: Readonly<Record<string, string>>): ChildSpec {
    return {
      name,
      script: [(this.#options.entryOf ?? entryPath)(name)],
      nodeFlags: ['--enable-source-maps'],
      env: { ...process.env, ...env, [CONFIG_VARIABLE]: this.#childConfig() },
      mayFinish: false,
      restartsMax: RESTARTS_MAX,
      readyMsMax: READY_MS_MAX,
      stopMsMax: this.config.stopSeconds * 1000 + 500,
      format: this.#options.console.formatOf(name),
    };
  }

  #makeChild(name: StackChild): SupervisedChild {
    const { console, failed } = this.#options;
    const base = this.#specOf(name, RUNTIME[name].env);
    const spec = {
      ...base,
      nodeFlags: [...base.nodeFlags!, ...RUNTIME[name].nodeFlags],
      mayFinish: name === 'sim',
    };
    const observer = {
      started: (pid: number) => this.#noteChild(name, pid),
      restarting: (why: string, delayMs: number) =>
        console.warn(`${name} ${why}; starting it again in ${delayMs / 1000} s`),
      restarted: () => console.say(`${name} is back`),
      finished: () => console.say(`${name} has finished`),
      givenUp: (why: string) => failed(`${name} ${why} and is not started again`),
    };
    return new SupervisedChild(spec, observer, process.stdout);
  }

  async #launchNats(): Promise<string> {
    const { console, onShutdown, failed } = this.#options;
    const { dir } = this.store;
    const port = await natsPortFor(dir, this.config.natsPort);
    this.#options.signal.throwIfAborted();
    const launching = SupervisedNats.start(join(dir, 'nats'), port, {
      started: (pid) => this.#noteChild('nats-server', pid),
      restarting: (delayMs) =>
        console.warn(`nats-server ended; starting it again in ${delayMs / 1000} s`),
      restarted: () => console.say('nats-server is back'),
      givenUp: (why) => failed(`nats-server ${why} and is not started again`),
      troubled: (why) => console.warn(`nats-server: ${why}`),
    });
    // Registered before it is up: a stop that comes meanwhile waits for it, and then stops it.
    onShutdown('nats', async () => (await launching.catch(() => null))?.stop());
    const { url } = await launching;
    noteNatsPort(dir, url);
    return url;
  }

  /** Children write JSON lines; this process prints them for whoever reads. */
  #childConfig(): string {
    return encodeConfig({ ...this.config, natsUrl: this.#natsUrl, logFormat: 'json' });
  }

  /** So that the next start can wait for them if this process is killed. */
  #noteChild(name: string, pid: number): void {
    this.#pids.set(name, pid);
    const children = [...this.#pids].flatMap(([child, childPid]) => {
      const identity = identify(childPid);
      return identity === null ? [] : [{ ...identity, name: child }];
    });
    this.store.lock.describe({ children });
  }
}

/** Null if the history can run here, else why not. It is optional: scoring does not need it. */
export function whyNoHistory(config: Config): string | null {
  if (config.clickhouseUrl !== null) return null;
  try {
    createRequire(join(projectRoot(), 'package.json')).resolve('chdb');
    return null;
  } catch {
    return 'the optional package chdb is not installed here, and FIRSTCALL_CLICKHOUSE_URL names no server';
  }
}
