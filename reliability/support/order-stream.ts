import { setTimeout as delay } from 'node:timers/promises';
import type { FirstcallClient } from '../../client/src/index.ts';
import type { SelectRequest } from '../../schemas/selection.ts';

const ORDER_MS = 50;

/** An OMS that asks for a selection twenty times a second, whatever happens to engines. */
export class OrderStream {
  readonly #client: FirstcallClient;
  readonly #orderOf: (n: number) => SelectRequest;
  readonly answered: string[] = [];
  /** By what the client said. */
  readonly failed = new Map<string, number>();
  /** The slowest answer, and the largest lag that an answer has told. */
  slowestMs = 0;
  lagMsMax = 0;
  #isEnding = false;
  readonly #running: Promise<void>;

  constructor(client: FirstcallClient, orderOf: (n: number) => SelectRequest) {
    this.#client = client;
    this.#orderOf = orderOf;
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const underWay: Promise<void>[] = [];
    for (let n = 0; !this.#isEnding; n++) {
      underWay.push(this.#ask(n));
      await delay(ORDER_MS);
    }
    await Promise.all(underWay);
  }

  async #ask(n: number): Promise<void> {
    const began = performance.now();
    try {
      const { decisionId, lagMs } = await this.#client.select(this.#orderOf(n));
      this.answered.push(decisionId);
      this.lagMsMax = Math.max(this.lagMsMax, lagMs ?? 0);
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      const what = `${code} (${message})`;
      this.failed.set(what, (this.failed.get(what) ?? 0) + 1);
    }
    this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
  }
}
