import { logNames } from '../schemas/subjects.ts';
import { Engine } from './engine.ts';
import type { EngineOptions } from './engine-options.ts';
import { createGateway } from './gateway/gateway.ts';
import { type NatsServing, serveNats } from './gateway/nats-select.ts';
import type { Gateway } from './gateway/services.ts';
import { distFile } from './platform/dist.ts';
import { contentHash } from './platform/hash.ts';
import { connectNats, ensureLog, readPartitions } from './platform/log.ts';
import { type ProcessContext, runProcess } from './platform/process.ts';
import { readTextFile } from './platform/read-text-file.ts';
import { readRules } from './rules/rules-file.ts';
import { canonicalModel, type Model } from './scoring/model.ts';
import { resolveModel } from './scoring/model-settings.ts';
import { TierSnapshots } from './tier-snapshots.ts';

await runProcess('engine', runEngine);

/** Wires the engine to its log and its subscribers. */
async function runEngine(context: ProcessContext): Promise<void> {
  const { config, logger } = context;
  const model = resolveModel(config.model);
  const rulesFile = await readRulesFile(context, model);
  if (context.signal.aborted) return;
  const natsUrl = config.natsUrl ?? 'nats://127.0.0.1:4222';
  const names = logNames(config.log);
  const nc = await connectNats(natsUrl, 'firstcall-engine');
  context.onShutdown('nats', () => nc.close());
  await ensureLog(nc, names, config.partitions);
  const partitions = (await readPartitions(nc, names)) ?? config.partitions;

  const snapshots = await openSnapshots(context, { nc, names, partitions, model });

  let gateway: Gateway | undefined;
  let nats: NatsServing | undefined;
  const engine = new Engine({
    nc,
    natsUrl,
    names,
    partitions,
    shards: config.shards,
    rankTickMs: config.rankTickMs,
    readyLagMs: config.readyLagMs,
    model,
    logger,
    snapshots,
    onUpdate: (update) => {
      gateway?.publish(update);
      nats?.publish(update);
    },
    whenSent: async () => gateway?.whenSent(),
    onStatus: () => gateway?.statusChanged(),
    onFatal: (error) => {
      logger.fatal({ err: error }, 'the engine cannot go on');
      void context.stop('the engine cannot go on', 1);
    },
  });
  context.onShutdown('engine', () => engine.close());
  await engine.start(rulesFile);
  nats = serveNats(nc, names, engine, (error) => logger.warn({ err: error }, 'nats request'));
  context.onShutdown('nats requests', () => nats?.close());
  gateway = await createGateway(engine, {
    host: config.host,
    port: config.port,
    library: config.gatewayLibrary,
    allowOrigins: config.allowOrigins,
    webDir: distFile('web'),
    log: (message) => logger.info(message),
  });
  context.onShutdown('gateway', () => gateway?.close());
  // Ready means that the server knows of our subscriptions, too.
  await nc.flush();
  const url = `http://${config.host}:${gateway.port}/`;
  logger.info({ url, partitions, shards: config.shards }, 'engine is up');
  context.ready({ url, port: gateway.port });
}

/** Null where none are wanted, or none can be kept: an engine without is slower to start, and no worse. */
async function openSnapshots(
  { config, logger }: ProcessContext,
  { model, ...log }: Pick<EngineOptions, 'nc' | 'names' | 'partitions' | 'model'>,
): Promise<TierSnapshots | null> {
  const settings = { storeDir: config.storeDir, everyMs: config.snapshotSeconds * 1_000 };
  if (settings.everyMs === 0) return null;
  const modelHash = contentHash(canonicalModel(model));
  try {
    return await TierSnapshots.open({ ...log, modelHash, settings, logger });
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    logger.warn(`no snapshots are kept, and the log is read from its beginning: ${message}`);
    return null;
  }
}

/** The rules of the settings; what is wrong with them stops the process as wrong settings do. */
async function readRulesFile(
  context: ProcessContext,
  model: Model,
): Promise<{ path: string; text: string } | null> {
  const path = context.config.rulesFile;
  if (path === null) return null;
  try {
    const text = await readTextFile(path);
    readRules(text, { file: path, model });
    return { path, text };
  } catch (error) {
    context.logger.fatal(`rulesFile: ${(error as Error).message}`);
    void context.stop('the rules are wrong', 2);
    return null;
  }
}
