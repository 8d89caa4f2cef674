import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { ENGINE_NODE_FLAGS } from '../../engine/cli/engine-node-flags.ts';
import { distFile } from '../../engine/platform/dist.ts';
import { FirstcallError } from '../../schemas/errors.ts';

/** What a process of a benchmark can be asked to do; arguments and answers travel as JSON. */
export type RoleMethods = Readonly<Record<string, (argument: never) => unknown>>;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** First argument of a process that plays a role. */
export const ROLE_ARGUMENT = '--role';

/** A process of its own that plays one role of a benchmark, or of another program with roles. */
export class RoleProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #nextId = 0;

  constructor(name: string, program = 'bench/main.js') {
    this.#name = name;
    this.#child = fork(distFile(program), [ROLE_ARGUMENT, name], {
      // What node was told for the benchmark, a profiler say, it is told for its processes.
      execArgv: [...process.execArgv, ...ENGINE_NODE_FLAGS],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    this.#child.on('exit', (code, signal) => this.#gone(`ended with ${signal ?? code}`));
  }

  /** Rejects with FirstcallError `benchProcess` when the method does, or when the process ends. */
  async call<R>(method: string, argument: unknown = null): Promise<R> {
    const call: Call = { id: this.#nextId++, method, argument };
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(call.id, resolve);
      if (this.#child.connected) this.#child.send(call);
      else this.#gone('has ended before');
    });
    if ('result' in answer) return answer.result as R;
    throw new FirstcallError('benchProcess', `${this.#name}, ${method}: ${answer.error}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#child.connected) this.#child.disconnect();
    await once(this.#child, 'exit');
  }

  #gone(why: string): void {
    for (const [id, resolve] of this.#waiting) resolve({ id, error: `the process ${why}` });
    this.#waiting.clear();
  }
}

/** Serves a role's methods in this process until its parent ends it or vanishes. */
export function serveRole(methods: RoleMethods): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', async ({ id, method, argument }: Call) => {
    process.send!(await answerTo(methods, id, method, argument));
  });
}

async function answerTo(
  methods: RoleMethods,
  id: number,
  method: string,
  argument: unknown,
): Promise<Answer> {
  try {
    return { id, result: (await methods[method]!(argument as never)) ?? null };
  } catch (error) {
    return { id, error: String(error instanceof Error ? error.stack : error) };
  }
}
