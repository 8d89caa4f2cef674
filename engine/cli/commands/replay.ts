import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { FirstcallError } from '../../../schemas/errors.ts';
import { logNames } from '../../../schemas/subjects.ts';
import { CONFIG_VARIABLE, type Config, encodeConfig } from '../../platform/config.ts';
import { type ProcessContext, runProcess } from '../../platform/process.ts';
import { whyUnreadable } from '../../platform/why-unreadable.ts';
import { metricOf, metricsOf } from '../../scoring/model.ts';
import { resolveModel } from '../../scoring/model-settings.ts';
import { numberFlag, textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { Console } from '../console.ts';
import { askRankings } from '../engine-client.ts';
import { entryPath } from '../entries.ts';
import { describeDeadLetters, describeLeaderboard } from '../leaderboard.ts';
import { messagesBehind, readLogEnds } from '../log-ends.ts';
import { Stack, type StackChild, whyNoHistory } from '../stack.ts';

const DEFAULT_LOG = 'replay';
const POLL_MS = 250;
/** An engine that applies nothing for so long will not. */
const STALL_MS_MAX = 120_000;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'Score a file of past RFQs, quotes, fills and prices.',
  usage: 'FILE [--mapping MAP.yaml] [--log NAME] [--speed X] [--serve] [flags]',
  details: [
    'Publishes what FILE holds as events in their own time: a CSV file whose columns MAP.yaml explains, or newline-delimited JSON with one event a line.',
    'With FIRSTCALL_NATS_URL it only publishes, to the log NAME, which must be empty (or --append). Without, it starts NATS, engine and history for this file alone, in .firstcall/replay-NAME, waits until everything is scored, and prints the leaderboard and what was refused.',
  ],
  flags: {
    mapping: {
      type: 'string',
      value: 'MAP.yaml',
      description: 'What the columns of a CSV file mean.',
    },
    speed: {
      type: 'string',
      value: 'X',
      description: 'Seconds of the file per second, or max. Default: max.',
    },
    scope: {
      type: 'string',
      value: 'SCOPE',
      description: 'What to rank by: ALL, an asset class, a segment, instrument:ID. Default: ALL.',
    },
    metric: { type: 'string', value: 'NAME', description: 'One metric. Default: the composite.' },
    append: { type: 'boolean', description: 'Go on in a log that holds events already.' },
    check: {
      type: 'boolean',
      description: 'Have ClickHouse compute every score from the raw rows, too (firstcall verify).',
    },
    serve: { type: 'boolean', description: 'Keep the leaderboard up until Ctrl-C.' },
  },
  settings: ['log', 'natsUrl', 'port', 'partitions', 'storeDir'],
  positionals: [1, 1],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  // The log of a replay has a time of its own, so it is never the default one.
  const log = invocation.config.log || DEFAULT_LOG;
  const config: Config = { ...invocation.config, log };
  const args = feedArguments(invocation, log);
  if (config.natsUrl === null) return await runEmbedded({ ...invocation, config }, args);
  if (invocation.flags.has('serve')) {
    throw new UsageError('--serve: the engine of that NATS server serves; leave it out');
  }
  process.env[CONFIG_VARIABLE] = encodeConfig(config);
  process.argv.splice(1, process.argv.length, entryPath('replay'), ...args);
  await import(pathToFileURL(entryPath('replay')).href);
  return 0;
}

/** As the replaying feed takes them. */
function feedArguments(invocation: Invocation, log: string): string[] {
  const mapping = textFlag(invocation, 'mapping');
  requireMapping(invocation.positionals[0]!, mapping);
  requireMetric(textFlag(invocation, 'metric'), invocation.config);
  const speed = textFlag(invocation, 'speed') ?? 'max';
  if (speed !== 'max') numberFlag(invocation, 'speed', Number.MIN_VALUE, 1e9);
  return [
    readable(invocation.positionals[0]!),
    ...(mapping === undefined ? [] : ['--mapping', readable(mapping)]),
    ...(invocation.flags.has('append') ? ['--append'] : []),
    ...['--log', log, '--speed', speed],
  ];
}

function requireMapping(file: string, mapping: string | undefined): void {
  if (mapping !== undefined || !/\.(csv|tsv)$/i.test(file)) return;
  const example = 'examples/usdthb-mapping.yaml';
  throw new UsageError(`${file}: a CSV file needs --mapping MAP.yaml (see ${example})`);
}

function requireMetric(metric: string | undefined, config: Config): void {
  const model = resolveModel(config.model);
  if (metric === undefined || metricOf(model, metric) !== undefined) return;
  const names = metricsOf(model).map(({ name }) => name);
  throw new UsageError(`--metric ${metric}: there are ${names.join(', ')}`);
}

function readable(path: string): string {
  const absolute = resolve(path);
  try {
    accessSync(absolute, constants.R_OK);
    return absolute;
  } catch (cause) {
    const message = `cannot read ${absolute}: ${whyUnreadable(cause)}`;
    throw new FirstcallError('noFile', message, { cause });
  }
}

async function runEmbedded(invocation: Invocation, feed: readonly string[]): Promise<number> {
  const serve = invocation.flags.has('serve');
  // Without --serve nobody is told the port, so any free one will do.
  const config: Config = serve ? invocation.config : { ...invocation.config, port: 0 };
  const console = new Console('replay', config);
  const main = async (context: ProcessContext) => {
    try {
      const stack = await startStack(config, context, console);
      await stack.replay(feed);
      await report(stack, invocation, context, console);
      if (!serve) await context.stop('done');
      console.show(`The leaderboard stays at ${stack.engineUrl}/ until Ctrl-C.`, {
        url: stack.engineUrl,
      });
    } catch (error) {
      if (!(error instanceof FirstcallError) || context.signal.aborted) throw error;
      process.stderr.write(`firstcall: ${error.message}\n`);
      await context.stop(error.code, 1);
    }
  };
  await runProcess('replay', main, { config, stopSeconds: 4 * config.stopSeconds + 5 });
  return 0;
}

async function startStack(
  config: Config,
  context: ProcessContext,
  console: Console,
): Promise<Stack> {
  const children: StackChild[] = ['engine'];
  if (whyNoHistory(config) === null) children.push('history');
  return await Stack.start(config, {
    storeName: `replay-${config.log}`,
    keep: false,
    children,
    console,
    signal: context.signal,
    onShutdown: (name, hook) => context.onShutdown(name, hook),
    failed: (why) => {
      console.warn(why);
      void context.stop(why, 1);
    },
  });
}

async function report(
  stack: Stack,
  invocation: Invocation,
  context: ProcessContext,
  console: Console,
): Promise<void> {
  const scope = textFlag(invocation, 'scope') ?? 'ALL';
  const metric = textFlag(invocation, 'metric') ?? null;
  const topic = metric === null ? scope : `${scope}/${metric}`;
  const names = logNames(stack.config.log);
  const ends = await readLogEnds(stack.natsUrl, names, stack.config.partitions);
  console.say('replayed; waiting until everything is scored');
  await untilApplied(stack, ends.position, context);
  const frame = await askRankings(stack.engineUrl, topic);
  // The engine refuses events, too, so the letters are counted when it is done.
  const { deadLetters } = await readLogEnds(stack.natsUrl, names, stack.config.partitions);
  const text = `\n${describeLeaderboard(frame, metric)}\n${describeDeadLetters(deadLetters)}`;
  console.show(text, { leaderboard: frame, deadLetters });
  if (invocation.flags.has('check')) await check(stack, stack.config);
}

/** `firstcall verify` on what was replayed. Throws FirstcallError `sqlDiffers`. */
async function check(stack: Stack, config: Config): Promise<void> {
  const settings = encodeConfig({ ...config, natsUrl: stack.natsUrl });
  const child = spawn(process.execPath, [entryPath('verify')], {
    env: { ...process.env, [CONFIG_VARIABLE]: settings },
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  const [exitCode] = await once(child, 'exit');
  if (exitCode === 0) return;
  throw new FirstcallError('sqlDiffers', 'engine and SQL do not come to the same scores');
}

/** Resolves once the engine has read as far as `ends`; throws `stalled` if it gets no further. */
async function untilApplied(
  stack: Stack,
  ends: Parameters<typeof messagesBehind>[1],
  { signal }: ProcessContext,
): Promise<void> {
  let behindBefore = Number.POSITIVE_INFINITY;
  let stalledMs = 0;
  for (let poll = 0; stalledMs < STALL_MS_MAX; poll++) {
    // A topic is only sent again when its rows change, but one that nobody had yet is always as of
    // now; so each poll asks for another, an empty one.
    const { position } = await askRankings(stack.engineUrl, `sums:instrument:replay-${poll}`);
    const behind = messagesBehind(position, ends);
    if (behind === 0) return;
    stalledMs = behind < behindBefore ? 0 : stalledMs + POLL_MS;
    behindBefore = behind;
    await delay(POLL_MS, undefined, { signal });
  }
  const message = `the engine has not applied ${behindBefore} messages for ${STALL_MS_MAX / 1000} s`;
  throw new FirstcallError('stalled', message);
}
