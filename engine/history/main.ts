import { join } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';
import { logNames } from '../../schemas/subjects.ts';
import { connectNats, ensureLog } from '../platform/log.ts';
import { type ProcessContext, runProcess } from '../platform/process.ts';
import { connectHistory } from './connect.ts';
import { History } from './history.ts';
import { QueryService } from './query-service.ts';
import { ScoreSampler } from './score-sampler.ts';

/** Folder of the embedded database in the store. */
const DIRECTORY = 'history';
const SCORE_SNAPSHOT_SECONDS = 60;

await runProcess('history', main);

async function main(context: ProcessContext): Promise<void> {
  const { config, logger } = context;
  if (config.natsUrl === null) {
    const message = 'natsUrl: history needs the NATS server of the log; set FIRSTCALL_NATS_URL';
    throw new FirstcallError('badConfig', message);
  }
  const names = logNames(config.log);
  const nc = await connectNats(config.natsUrl, 'firstcall-history');
  context.onShutdown('nats', () => nc.close());
  await ensureLog(nc, names, config.partitions);
  const directory = join(config.storeDir, DIRECTORY);
  const connection = await connectHistory({ clickhouseUrl: config.clickhouseUrl, directory });
  context.onShutdown('database', () => connection.close());

  const { partitions } = config;
  const history = new History({ nc, names, partitions, database: connection.writer, logger });
  context.onShutdown('history', () => history.stop());
  await history.start();
  const queries = new QueryService({ nc, names, database: connection.reader, history });
  context.onShutdown('queries', () => queries.stop());
  const sampler = new ScoreSampler({
    nc,
    names,
    database: connection.writer,
    logger,
    scoreSnapshotSeconds: SCORE_SNAPSHOT_SECONDS,
  });
  context.onShutdown('scores', () => sampler.stop());
  history.finished().catch((error: unknown) => {
    logger.fatal({ err: error }, 'history cannot go on');
    void context.stop('history cannot go on', 1);
  });
  // Ready means that the server knows of our subscriptions, too.
  await nc.flush();
  const kept = config.clickhouseUrl === null ? directory : new URL(config.clickhouseUrl).host;
  logger.info({ kept, log: config.log }, 'history is kept');
  context.ready();
}
