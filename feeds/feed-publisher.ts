import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ProcessContext } from '../engine/platform/process.ts';
import { createPublisher, type EventPublisher } from '../engine/platform/publisher.ts';
import type { LogNames } from '../schemas/subjects.ts';

/**
 * The publisher of a feed that can wait, with a spool of its own for each log. What an earlier process of
 * the feed has left in the spool is in the log when this resolves. A stop of the process waits until
 * all that was published is with the broker or in the spool.
 */
export async function openFeedPublisher(
  context: ProcessContext,
  nc: NatsConnection,
  names: LogNames,
  feed: string,
): Promise<EventPublisher> {
  const { config, logger } = context;
  const file = names.log === '' ? `${feed}.spool` : `${feed}-${names.log}.spool`;
  const path = join(config.spoolDir ?? join(config.storeDir, 'spool'), file);
  const publisher = createPublisher(nc, names, {
    spool: { path, bytesMax: config.spoolBytesMax, whenFull: 'wait', logger },
  });
  context.onShutdown('publisher', () => publisher.close());
  await publisher.flush();
  return publisher;
}
