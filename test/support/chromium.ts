import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FLAGS = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--window-size=1280,900',
  '--remote-debugging-port=0',
];

/** A Chromium or Chrome on the PATH, or what FIRSTCALL_CHROMIUM names; null without one. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env.FIRSTCALL_CHROMIUM ?? '', ...found].find((path) => existsSync(path)) ?? null;
}

/** One page of a real browser, over the DevTools protocol. */
export interface BrowserPage {
  /** Errors of scripts, of the content security policy and of failed loads, in order. */
  readonly errors: readonly string[];
  goto(url: string): Promise<void>;
  /** The value of an expression in the page. Throws what it throws. */
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** Starts a browser with a profile of its own. */
export async function openPage(binary: string): Promise<BrowserPage> {
  const profile = await mkdtemp(join(tmpdir(), 'firstcall-chromium-'));
  // Chromium's sandbox refuses to run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = spawn(binary, [...FLAGS, ...sandbox, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const devTools = new DevTools(await devToolsUrl(browser));
  await devTools.openTarget();
  return {
    errors: devTools.errors,
    goto: async (url) => void (await devTools.call('Page.navigate', { url })),
    evaluate: <T>(expression: string) => devTools.evaluate(expression) as Promise<T>,
    close: async () => {
      const exit = once(browser, 'exit');
      await devTools.call('Browser.close');
      await exit;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function devToolsUrl(browser: ChildProcess): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: browser.stderr! })) {
    const url = /^DevTools listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      // Read on, or a full pipe stops the browser.
      browser.stderr!.resume();
      return url;
    }
    lines.push(line);
  }
  throw new Error(`the browser does not start:\n${lines.join('\n')}`);
}

class DevTools {
  readonly errors: string[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #nextId = 1;
  #sessionId: string | undefined;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on('message', (data) => this.#received(JSON.parse(String(data)) as Answer));
  }

  async openTarget(): Promise<void> {
    await once(this.#socket, 'open');
    const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' });
    const attached = await this.call('Target.attachToTarget', { targetId, flatten: true });
    this.#sessionId = String(attached.sessionId);
    await this.call('Runtime.enable');
    await this.call('Log.enable');
  }

  call(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = this.#nextId++;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: this.#sessionId }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  async evaluate(expression: string): Promise<unknown> {
    const options = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', options);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value?: unknown }).value;
  }

  #received(answer: Answer): void {
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    } else if (answer.method === 'Runtime.exceptionThrown') {
      this.errors.push(JSON.stringify(answer.params));
    } else if (answer.method === 'Log.entryAdded') {
      const { entry } = answer.params as { entry: { level: string; text: string } };
      if (entry.level === 'error') this.errors.push(entry.text);
    }
  }
}
