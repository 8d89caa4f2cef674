import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import { launchNatsServer } from '../../engine/platform/nats-server.ts';
import { createPublisher } from '../../engine/platform/publisher.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import type { BenchContext } from './bench.ts';
import type { TapeMessage } from './market-tape.ts';

/** A nats-server with JetStream of a benchmark's own, on an empty store. */
export interface LogServer {
  readonly url: string;
  readonly pid: number;
  readonly nc: NatsConnection;
}

export async function startLogServer({
  defer,
  progress,
}: Pick<BenchContext, 'defer' | 'progress'>): Promise<LogServer> {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-bench-'));
  defer(() => rm(storeDir, { recursive: true, force: true }));
  const server = await launchNatsServer({ storeDir });
  defer(() => server.stop());
  const nc = await connectNats(server.url, 'bench');
  defer(() => nc.close());
  progress(`nats-server ${nc.info?.version} is up`);
  return { url: server.url, pid: server.pid, nc };
}

/** Name and version, for the report. */
export const natsVersionNote = ({ nc }: LogServer): string => `nats-server ${nc.info?.version}`;

/**
 * Makes a log of messages, each cut into messages of at most `batch` events. Returns how many
 * messages that were.
 */
export async function fillLog(
  { nc }: LogServer,
  names: LogNames,
  partitions: number,
  messages: readonly TapeMessage[],
  batch = 50,
): Promise<number> {
  await ensureLog(nc, names, partitions);
  const publisher = createPublisher(nc, names);
  let count = 0;
  for (const { partition, kind, events } of messages) {
    for (let from = 0; from < events.length; from += batch) {
      await publisher.publish(partition, kind, events.slice(from, from + batch));
      count++;
    }
  }
  await publisher.flush();
  return count;
}
