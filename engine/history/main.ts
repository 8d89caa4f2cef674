import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';
import { logNames } from '../../schemas/subjects.ts';
import { connectNats, ensureLog } from '../platform/log.ts';
import { type ProcessContext, runProcess } from '../platform/process.ts';
import { connectHistory } from './connect.ts';
import { History } from './history.ts';
import { QueryService } from './query-service.ts';
import { ScoreSampler } from './score-sampler.ts';
import { StatusReporter } from './status-reporter.ts';

/** Folder of the embedded database in the store. */
const DIRECTORY = 'history';
const SCORE_SNAPSHOT_SECONDS = 60;
/** After so long it is up, whether ClickHouse takes anything or not. */
const START_MS_MAX = 5_000;

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
  const { streams } = history;
  const reporter = new StatusReporter({ nc, names, streams, history, sampler });
  context.onShutdown('status', () => reporter.stop());

  // While ClickHouse takes nothing it answers what it can, and says so: another start would not help.
  const copying = history.start().then(() => sampler.start());
  await Promise.race([copying, delay(START_MS_MAX, undefined, { ref: false })]);
  copying
    .then(() => history.finished())
    .catch((error: unknown) => {
      if (context.signal.aborted) return;
      void context.fail('history cannot go on', error);
    });
  // Ready means that the server knows of our subscriptions, too.
  await nc.flush();
  const kept = config.clickhouseUrl === null ? directory : new URL(config.clickhouseUrl).host;
  logger.info({ kept, log: config.log }, 'history is kept');
  context.ready();
}
