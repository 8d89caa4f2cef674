import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchNatsServer } from '../../engine/platform/nats-server.ts';

export interface TestNats {
  readonly url: string;
  /** Ends the server and removes its store. */
  stop(): Promise<void>;
}

/** A real nats-server with JetStream on a store and a port of its own. */
export async function startNats(): Promise<TestNats> {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-nats-'));
  const server = await launchNatsServer({ storeDir });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(storeDir, { recursive: true, force: true });
    },
  };
}
