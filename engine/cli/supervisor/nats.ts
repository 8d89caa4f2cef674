import { setTimeout as delay } from 'node:timers/promises';
import { jetStreamAnswers, launchNatsServer, type NatsServer } from '../../platform/nats-server.ts';
import { freeBytes } from '../../platform/store-limit.ts';
import { RestartBudget } from './restart-budget.ts';

const RESTARTS_MAX = 5;
/** How often JetStream is asked whether it is there, and how long it may take. */
const PROBE_MS = 5_000;
/** Answers in a row that must be missing. */
const SILENCES_MAX = 3;
/** A server that is started on a full disk would stand still again. */
const ROOM_BYTES_MIN = 16 << 20;

export interface NatsObserver {
  started(pid: number): void;
  restarting(delayMs: number): void;
  restarted(): void;
  givenUp(why: string): void;
  /** The server is there, and JetStream answers nobody. */
  troubled(why: string): void;
}

/** A nats-server of our own that is kept running, always on the port that it had first. */
export class SupervisedNats {
  readonly #storeDir: string;
  readonly #observer: NatsObserver;
  readonly #budget = new RestartBudget(RESTARTS_MAX);
  readonly #ending = new AbortController();
  #server: NatsServer;
  #stopping = false;
  /** False between two servers, when the number of the old one may be somebody else's. */
  #isUp = true;

  private constructor(storeDir: string, observer: NatsObserver, server: NatsServer) {
    this.#storeDir = storeDir;
    this.#observer = observer;
    this.#server = server;
  }

  /** Rejects as `launchNatsServer` does. Port 0: any free one. `probeMs`: see PROBE_MS. */
  static async start(
    storeDir: string,
    port: number,
    observer: NatsObserver,
    probeMs = PROBE_MS,
  ): Promise<SupervisedNats> {
    const server = await launchNatsServer({ storeDir, port });
    observer.started(server.pid);
    const nats = new SupervisedNats(storeDir, observer, server);
    void nats.#watch();
    void nats.#probe(probeMs);
    return nats;
  }

  get url(): string {
    return this.#server.url;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ending.abort();
    await this.#server.stop();
  }

  async #watch(): Promise<void> {
    const port = Number(new URL(this.url).port);
    for (;;) {
      await this.#server.exited;
      this.#isUp = false;
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

  /**
   * A server whose disk was full lives on, but its JetStream stands still even when there is room
   * again: it is killed then, and `#watch` starts another.
   */
  async #probe(probeMs: number): Promise<void> {
    const { signal } = this.#ending;
    let silences = 0;
    for (;;) {
      await delay(probeMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      silences = (await jetStreamAnswers(this.url, probeMs)) ? 0 : silences + 1;
      if (!this.#isUp) silences = 0;
      if (silences < SILENCES_MAX || signal.aborted) continue;
      const hasRoom = freeBytes(this.#storeDir) >= ROOM_BYTES_MIN;
      if (hasRoom) endStuck(this.#server.pid);
      else if (silences === SILENCES_MAX) {
        const full = `the disk of ${this.#storeDir} is full; the log goes on when there is room`;
        this.#observer.troubled(`JetStream does not answer: ${full}`);
      }
      if (hasRoom) silences = 0;
    }
  }

  async #relaunch(port: number): Promise<void> {
    try {
      // Gives the store back before it is claimed anew.
      await this.#server.stop();
      this.#server = await launchNatsServer({ storeDir: this.#storeDir, port });
      this.#isUp = true;
      this.#observer.started(this.#server.pid);
      this.#observer.restarted();
    } catch {
      // The old server's `exited` is settled, so the loop takes the next attempt of the budget.
    }
    if (this.#stopping) await this.#server.stop();
  }
}

/** It does not hear of SIGTERM. */
function endStuck(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
