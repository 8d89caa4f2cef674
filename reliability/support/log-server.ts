import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '../../engine/platform/log.ts';
import { launchNatsServer } from '../../engine/platform/nats-server.ts';
import type { TrialContext } from './trial.ts';

/** A nats-server with JetStream of a trial's own, on an empty store. */
export async function startLogServer({
  defer,
}: TrialContext): Promise<{ readonly url: string; readonly nc: NatsConnection }> {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-reliability-nats-'));
  defer(() => rm(storeDir, { recursive: true, force: true }));
  const server = await launchNatsServer({ storeDir });
  defer(() => server.stop());
  const nc = await connectNats(server.url, 'reliability');
  defer(() => nc.close());
  return { url: server.url, nc };
}
