import { availableParallelism } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import { type LogNames, logNames } from '../../schemas/subjects.ts';
import { contentHash } from '../platform/hash.ts';
import { connectNats, readPartitions } from '../platform/log.ts';
import { readLogPosition } from '../platform/log-position.ts';
import { type ProcessContext, runProcess } from '../platform/process.ts';
import { canonicalModel } from '../scoring/model.ts';
import { resolveModel } from '../scoring/model-settings.ts';
import type { ReadOptions } from './log-reader.ts';

/** What a tool that reads a log once works with. */
export interface LogTool {
  readonly context: ProcessContext;
  readonly nc: NatsConnection;
  readonly names: LogNames;
  /** The log and its server, for a person. */
  readonly source: string;
  readonly modelHash: string;
  /** How to read the log to its present end. */
  readonly reading: ReadOptions;
  /** Says to a person how far it is: the first line of a stage, then one now and then. */
  progress(line: string, isFirst?: boolean): void;
}

const PROGRESS_MS = 1_000;

/**
 * Runs `main` as this process, with the log that the settings name. Its result is the exit code. What
 * the world does to it is said in a sentence, with exit code 1.
 */
export function runLogTool(name: string, main: (tool: LogTool) => Promise<number>): Promise<void> {
  const run = async (context: ProcessContext): Promise<void> => {
    try {
      await context.stop('done', await main(await openTool(name, context)));
    } catch (error) {
      if (!(error instanceof FirstcallError) || context.signal.aborted) throw error;
      process.stderr.write(`firstcall ${name}: ${error.message}\n`);
      await context.stop(error.code, 1);
    }
  };
  return runProcess(name, run, { stopSeconds: 30 });
}

async function openTool(name: string, context: ProcessContext): Promise<LogTool> {
  const { natsUrl, log, model } = context.config;
  if (natsUrl === null) {
    const how =
      'start one with "npm start"; one that runs elsewhere, or on another store, is named by --store-dir or --nats-url (`npm start` prints both)';
    throw new FirstcallError('noLog', `there is no log to read: ${how}`);
  }
  const nc = await connectNats(natsUrl, `firstcall-${name}`);
  context.onShutdown('nats', () => nc.close());
  const names = logNames(log);
  const partitions = await readPartitions(nc, names);
  if (partitions === null) throw new FirstcallError('noLog', `${natsUrl} has no log "${log}"`);
  const resolved = resolveModel(model);
  const modelHash = contentHash(canonicalModel(resolved));
  const source = `the log ${names.root} of ${withoutPassword(natsUrl)}`;
  process.stderr.write(`${name}: reads ${source}, with model ${modelHash}\n`);
  let saidAtMs = Number.NEGATIVE_INFINITY;
  const progress = (line: string, isFirst = false): void => {
    if (!isFirst && performance.now() - saidAtMs < PROGRESS_MS) return;
    saidAtMs = performance.now();
    process.stderr.write(`${name}: ${line}\n`);
  };
  const reading: ReadOptions = {
    natsUrl,
    log,
    partitions,
    shards: Math.min(partitions, availableParallelism()),
    model: resolved,
    ends: await readLogPosition(nc, names, partitions),
    signal: context.signal,
    onProgress: (applied, wanted) => progress(`read ${applied} of ${wanted} messages`),
  };
  return { context, nc, names, source, modelHash, reading, progress };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@\s]*@/g, '//***@');
}
