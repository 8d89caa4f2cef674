import { parseArgs } from 'node:util';
import { FirstcallError } from '../../schemas/errors.ts';
import { askRankings } from '../cli/engine-client.ts';
import { metricsOf } from '../scoring/model.ts';
import { compareMetric, largestDifference, type MetricComparison, TOLERANCE } from './compare.ts';
import { type EngineSums, readSums } from './engine-sums.ts';
import { HistoryClient } from './history-client.ts';
import { readLog } from './log-reader.ts';
import { type LogTool, runLogTool } from './log-tool.ts';
import { OracleRun, untilStored } from './oracle-run.ts';
import { describeComparison } from './report.ts';
import { requireSame } from './which-engine.ts';

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, engine: { type: 'string' } },
});

await runLogTool('verify', verify);

/** Compares the engine's scores of a log with what ClickHouse computes from its raw events. */
async function verify(tool: LogTool): Promise<number> {
  const { context, nc, names, reading, progress } = tool;
  const { model, signal } = reading;
  if (flags.engine !== undefined) await requireEngine(flags.engine, tool);
  const history = new HistoryClient(nc, names);
  // Before the log is read: without a history there is nothing to compare with.
  await history.ask('positions');
  const engine = readSums(await readLog(reading), reading);
  await untilStored(history, names, engine.position, signal);
  const oracle = new OracleRun(history);
  context.onShutdown('oracle', () => oracle.drop());
  await oracle.derive(model, engine.position, (step, steps, name) =>
    progress(`SQL: step ${step} of ${steps}, ${name}`, step === 1),
  );
  const comparisons: MetricComparison[] = [];
  for (const metric of metricsOf(model)) {
    signal.throwIfAborted();
    progress(`SQL: sums of ${metric.name}`);
    const sql = oracle.sums(metric, engine.asOf);
    comparisons.push(await compareMetric(metric.name, engine.figures.get(metric.name)!, sql));
  }
  process.stdout.write(`${textOf(engine, comparisons)}\n`);
  return comparisons.every((each) => largestDifference(each) <= TOLERANCE) ? 0 : 1;
}

/** Holds an engine that runs to this model and log; a log without one can be verified, too. */
async function requireEngine(url: string, tool: LogTool): Promise<void> {
  const engine = await askRankings(url, 'ALL').catch(reasonOf);
  if (typeof engine !== 'string') return requireSame(url, engine, tool);
  process.stderr.write(`verify: model ${tool.modelHash} is compared with no engine's: ${engine}\n`);
}

function reasonOf(error: unknown): string {
  if (error instanceof FirstcallError) return error.message;
  throw error;
}

function textOf(engine: EngineSums, comparisons: readonly MetricComparison[]): string {
  if (!flags.json) return describeComparison(engine, comparisons);
  const { position, asOf, rows } = engine;
  return JSON.stringify({ position, asOf, rows, tolerance: TOLERANCE, comparisons }, null, 2);
}
