import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchNatsServer, type NatsServer } from '../../engine/platform/nats-server.ts';
import type { TrialContext } from './trial.ts';

/** A nats-server on a store and a port of its own, which can be killed and comes back on both. */
export class KillableNats {
  readonly #storeDir: string;
  #server: NatsServer;

  private constructor(storeDir: string, server: NatsServer) {
    this.#storeDir = storeDir;
    this.#server = server;
  }

  static async start({ defer }: TrialContext): Promise<KillableNats> {
    const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-reliability-nats-'));
    defer(() => rm(storeDir, { recursive: true, force: true }));
    const nats = new KillableNats(storeDir, await launchNatsServer({ storeDir }));
    defer(() => nats.#server.stop());
    return nats;
  }

  get url(): string {
    return this.#server.url;
  }

  /** SIGKILL, and a new server as soon as the old one is gone; resolves once JetStream answers. */
  async kill(): Promise<void> {
    const port = Number(new URL(this.url).port);
    process.kill(this.#server.pid, 'SIGKILL');
    await this.#server.exited;
    this.#server = await launchNatsServer({ storeDir: this.#storeDir, port });
  }
}
