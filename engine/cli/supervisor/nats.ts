import { setTimeout as delay } from 'node:timers/promises';
import { launchNatsServer, type NatsServer } from '../../platform/nats-server.ts';
import { RestartBudget } from './restart-budget.ts';

const RESTARTS_MAX = 5;

export interface NatsObserver {
  started(pid: number): void;
  restarting(delayMs: number): void;
  restarted(): void;
  givenUp(why: string): void;
}

/** A nats-server of our own that is kept running, always on the port that it had first. */
export class SupervisedNats {
  readonly #storeDir: string;
  readonly #observer: NatsObserver;
  readonly #budget = new RestartBudget(RESTARTS_MAX);
  #server: NatsServer;
  #stopping = false;

  private constructor(storeDir: string, observer: NatsObserver, server: NatsServer) {
    this.#storeDir = storeDir;
    this.#observer = observer;
    this.#server = server;
  }

  /** Rejects as `launchNatsServer` does. Port 0: any free one. */
  static async start(
    storeDir: string,
    port: number,
    observer: NatsObserver,
  ): Promise<SupervisedNats> {
    const server = await launchNatsServer({ storeDir, port });
    observer.started(server.pid);
    const nats = new SupervisedNats(storeDir, observer, server);
    void nats.#watch();
    return nats;
  }

  get url(): string {
    return this.#server.url;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#server.stop();
  }

  async #watch(): Promise<void> {
    const port = Number(new URL(this.url).port);
    for (;;) {
      await this.#server.exited;
      if (this.#stopping) return;
      const delayMs = this.#budget.take(performance.now());
      if (delayMs === null) {
        this.#observer.givenUp('crashed too often');
        return;
      }
      this.#observer.restarting(delayMs);
      await delay(delayMs);
      if (this.#stopping) return;
      await this.#relaunch(port);
    }
  }

  async #relaunch(port: number): Promise<void> {
    try {
      // Gives the store back before it is claimed anew.
      await this.#server.stop();
      this.#server = await launchNatsServer({ storeDir: this.#storeDir, port });
      this.#observer.started(this.#server.pid);
      this.#observer.restarted();
    } catch {
      // The old server's `exited` is settled, so the loop takes the next attempt of the budget.
    }
    if (this.#stopping) await this.#server.stop();
  }
}
