import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { FirstcallError } from '../../schemas/errors.ts';
import { logNames } from '../../schemas/subjects.ts';
import { connectNats, readPartitions } from '../platform/log.ts';
import { readLogPosition } from '../platform/log-position.ts';
import { type ProcessContext, runProcess } from '../platform/process.ts';
import { metricsOf } from '../scoring/model.ts';
import { resolveModel } from '../scoring/model-settings.ts';
import { compareMetric, largestDifference, type MetricComparison, TOLERANCE } from './compare.ts';
import { type EngineSums, replayEngine } from './engine-sums.ts';
import { HistoryClient } from './history-client.ts';
import { OracleRun, untilStored } from './oracle-run.ts';
import { describeComparison } from './report.ts';

await runProcess('verify', main, { stopSeconds: 30 });

/** Compares the engine's scores of a log with what ClickHouse computes from its raw events. */
async function main(context: ProcessContext): Promise<void> {
  const { config, signal } = context;
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
  const progress = (line: string): void => void process.stderr.write(`verify: ${line}\n`);
  try {
    if (config.natsUrl === null) {
      const how = 'start one with "npm start", or name its NATS server with --nats-url';
      throw new FirstcallError('noLog', `there is no log to verify: ${how}`);
    }
    const nc = await connectNats(config.natsUrl, 'firstcall-verify');
    context.onShutdown('nats', () => nc.close());
    const names = logNames(config.log);
    const partitions = await readPartitions(nc, names);
    if (partitions === null) {
      throw new FirstcallError('noLog', `${config.natsUrl} has no log "${config.log}"`);
    }
    const history = new HistoryClient(nc, names);
    await history.ask('positions');
    const model = resolveModel(config.model);
    const engine = await replayEngine({
      natsUrl: config.natsUrl,
      log: config.log,
      partitions,
      shards: Math.min(partitions, availableParallelism()),
      model,
      ends: await readLogPosition(nc, names, partitions),
      signal,
      onProgress: (applied, wanted) => progress(`engine has read ${applied} of ${wanted} messages`),
    });
    await untilStored(history, names, engine.position, signal);
    const metrics = metricsOf(model);
    const oracle = new OracleRun(history);
    context.onShutdown('oracle', () => oracle.drop());
    await oracle.derive(model, engine.position, (step, steps, name) =>
      progress(`SQL: step ${step} of ${steps}, ${name}`),
    );
    const comparisons: MetricComparison[] = [];
    for (const metric of metrics) {
      signal.throwIfAborted();
      const sql = oracle.sums(metric, engine.asOf);
      comparisons.push(await compareMetric(metric.name, engine.figures.get(metric.name)!, sql));
    }
    say(engine, comparisons, values.json === true);
    const far = comparisons.filter((each) => !(largestDifference(each) <= TOLERANCE));
    await context.stop('done', far.length === 0 ? 0 : 1);
  } catch (error) {
    if (!(error instanceof FirstcallError) || signal.aborted) throw error;
    process.stderr.write(`firstcall verify: ${error.message}\n`);
    await context.stop(error.code, 1);
  }
}

function say(engine: EngineSums, comparisons: readonly MetricComparison[], isJson: boolean): void {
  const { position, asOf, rows } = engine;
  const text = isJson
    ? JSON.stringify({ position, asOf, rows, tolerance: TOLERANCE, comparisons }, null, 2)
    : describeComparison(engine, comparisons);
  process.stdout.write(`${text}\n`);
}
