import { performance } from 'node:perf_hooks';
import type { Config } from '../../engine/platform/config.ts';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import { type ProcessContext, runProcess } from '../../engine/platform/process.ts';
import type { EventPublisher } from '../../engine/platform/publisher.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import { logNames } from '../../schemas/subjects.ts';
import { EventBatcher } from '../event-batcher.ts';
import { openFeedPublisher } from '../feed-publisher.ts';
import { readLogTime } from '../log-time.ts';
import { DISORDER_FLUSH_MICROS, Disorder } from './disorder.ts';
import { Market } from './market.ts';
import { runMarket } from './runner.ts';

const DAY_MICROS = 86_400_000_000;
const DEFAULT_NATS_URL = 'nats://127.0.0.1:4222';

const nowMicros = (): Micros => Date.now() * 1000;

await runProcess('sim', main);

/** The simulator process: reference data first, then the market's events, until it is told to stop. */
async function main(context: ProcessContext): Promise<void> {
  const { config, logger, signal } = context;
  const options = config.sim;
  const names = logNames(config.log);
  const nc = await connectNats(config.natsUrl ?? DEFAULT_NATS_URL, 'firstcall-sim');
  context.onShutdown('nats', () => nc.close());
  await ensureLog(nc, names, config.partitions);
  // Before the log's time is read: a spool may hold the end of it.
  const publisher = await openFeedPublisher(context, nc, names, 'sim');
  const batcher = new EventBatcher(publisher.publish.bind(publisher), config.partitions);
  const { market, startTs, untilTs } = openMarket(options, await readLogTime(nc, names));
  for (const event of market.reference()) batcher.add(event);
  await batcher.flush();
  await publisher.flush();
  context.ready({ startTs });
  logger.info(
    { seed: options.seed, from: toIso(startTs), dealers: options.dealers },
    'simulated market opens',
  );
  const report = () => reportCaughtUp(context, publisher);
  const running = runMarket({
    ...disturbed(market, options),
    batcher,
    startTs,
    untilTs,
    speed: options.speed,
    now: nowMicros,
    signal,
    onCaughtUp: report,
  });
  // Registered last, hence run first: what is being published is not cut off.
  context.onShutdown('market', () => running);
  await running;
  await publisher.flush();
  logger.info({ events: publisher.published }, 'simulated market is over');
  await context.stop('simulation is over');
}

/** A market that goes on where its log ends, and turns live now. */
function openMarket(options: Config['sim'], logTime: Micros | null) {
  const now = nowMicros();
  const untilTs = parseUntil(options.until, now);
  const historyEnds = Math.min(untilTs ?? now, now);
  const firstTs = Math.floor(historyEnds - options.days * DAY_MICROS);
  const startTs = Math.max(firstTs, logTime === null ? 0 : logTime + 1);
  return { market: new Market({ ...options, startTs, liveFromTs: now }), startTs, untilTs };
}

/** The market itself, or what a log that is not fed well hears of it. */
function disturbed(market: Market, options: Config['sim']) {
  if (options.duplicates === 0 && options.outOfOrder === 0) return { market };
  return { market: new Disorder(market, options), flushMicros: DISORDER_FLUSH_MICROS };
}

function parseUntil(until: string | null, now: Micros): Micros | null {
  if (until === null) return null;
  if (until === 'now') return now;
  const ts = Date.parse(until) * 1000;
  if (Number.isFinite(ts)) return ts;
  throw new FirstcallError('badSimOptions', `sim.until: "${until}" is no ISO 8601 time, nor "now"`);
}

function reportCaughtUp({ logger }: ProcessContext, publisher: EventPublisher): void {
  const events = publisher.published;
  const seconds = Math.round(performance.now() / 100) / 10;
  logger.info({ events, seconds }, 'history is published, the market is live');
  if (!process.connected) return;
  process.send!({ type: 'caughtUp', name: 'sim', events }, undefined, {}, () => {});
}

function toIso(ts: Micros): string {
  return new Date(ts / 1000).toISOString();
}
