import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { connectNats, ensureLog, readPartitions } from '../../engine/platform/log.ts';
import { type ProcessContext, runProcess } from '../../engine/platform/process.ts';
import type { EventPublisher } from '../../engine/platform/publisher.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { logNames } from '../../schemas/subjects.ts';
import { openFeedPublisher } from '../feed-publisher.ts';
import { readLogTime } from '../log-time.ts';
import { CsvReader } from './csv-reader.ts';
import { readLines } from './lines.ts';
import { readMapping } from './mapping.ts';
import { ndjsonReader } from './ndjson-reader.ts';
import { Replayer, type ReplaySummary } from './replayer.ts';

const DEFAULT_NATS_URL = 'nats://127.0.0.1:4222';
const PROGRESS_MS = 2000;

const REPLAY_USAGE = `usage: replay FILE --log NAME [--mapping FILE.yaml] [--speed max|N] [--append]

  FILE       newline-delimited JSON, one event a line; CSV with --mapping
  --log      the log to write: one of its own, since a replay owns its log's time
  --mapping  how the columns of a CSV file become events
  --speed    seconds of event time per second (1 is real time); max, the default
  --append   go on in a log that holds events already`;

interface ReplayArguments {
  readonly file: string;
  readonly log: string;
  readonly mapping: string | null;
  readonly speed: 'max' | number;
  readonly isAppending: boolean;
}

await runProcess('replay', main);

/** The replay process: one file into one log, then a summary. */
async function main(context: ProcessContext): Promise<void> {
  const { config, logger, signal } = context;
  const args = readArguments(process.argv.slice(2), config.log);
  // Before anything is created: a bad mapping must not leave an empty log behind.
  const reader = args.mapping === null ? ndjsonReader : new CsvReader(readMapping(args.mapping));
  const names = logNames(args.log);
  const nc = await connectNats(config.natsUrl ?? DEFAULT_NATS_URL, 'firstcall-replay');
  context.onShutdown('nats', () => nc.close());
  const partitions = (await readPartitions(nc, names)) ?? config.partitions;
  await ensureLog(nc, names, partitions);
  const publisher = await openFeedPublisher(context, nc, names, 'replay');
  if (!args.isAppending && (await readLogTime(nc, names)) !== null) {
    const message = `log "${args.log}" holds events already: name another, or say --append`;
    throw new FirstcallError('logNotEmpty', message);
  }
  context.ready({ log: args.log });
  const replayer = new Replayer(reader, {
    fileName: basename(args.file),
    publisher: untilStopped(publisher, signal),
    partitions,
    speed: args.speed,
    now: () => Date.now() * 1000,
    signal,
    onProgress: throttle((summary) => logger.info(summary, 'replaying')),
  });
  const running = replayer.run(readLines(args.file));
  // A stop waits until what has been read is in the log.
  context.onShutdown('replay', () => running);
  const summary = await running;
  const seconds = Math.round(performance.now() / 10) / 100;
  logger.info({ ...summary, seconds }, signal.aborted ? 'replay was stopped' : 'replay is over');
  await context.stop('replay is over', summary.rows > 0 && summary.firstTs === null ? 1 : 0);
}

/** A replay that is stopped does not wait for a broker that is away: what it has read is in the spool. */
function untilStopped(publisher: EventPublisher, signal: AbortSignal) {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return {
    publish: publisher.publish.bind(publisher),
    deadLetter: publisher.deadLetter.bind(publisher),
    flush: () => Promise.race([publisher.flush(), stopped.then(() => publisher.kept())]),
  };
}

/** Throws FirstcallError `badArguments`. */
function readArguments(argv: readonly string[], configuredLog: string): ReplayArguments {
  const { values, positionals } = parse(argv);
  const log = values.log ?? configuredLog;
  if (positionals.length !== 1 || log === '') throw badArguments('one FILE and --log are needed');
  return {
    file: positionals[0]!,
    log,
    mapping: values.mapping ?? null,
    speed: readSpeed(values.speed ?? 'max'),
    isAppending: values.append ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        log: { type: 'string' },
        mapping: { type: 'string' },
        speed: { type: 'string' },
        append: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw badArguments((error as Error).message);
  }
}

function readSpeed(text: string): 'max' | number {
  if (text === 'max') return text;
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw badArguments(`--speed "${text}" is neither max nor a number above 0`);
}

function badArguments(detail: string): FirstcallError {
  return new FirstcallError('badArguments', `${detail}\n${REPLAY_USAGE}`);
}

/** Reports at most every two seconds. */
function throttle(report: (summary: ReplaySummary) => void): (summary: ReplaySummary) => void {
  let last = performance.now();
  return (summary) => {
    if (performance.now() - last < PROGRESS_MS) return;
    last = performance.now();
    report(summary);
  };
}
