import { relative } from 'node:path';
import { FirstcallError } from '../../../schemas/errors.ts';
import type { Config } from '../../platform/config.ts';
import { type ProcessContext, runProcess } from '../../platform/process.ts';
import type { Command, Invocation } from '../command.ts';
import { Console } from '../console.ts';
import { Stack, type StackChild, whyNoHistory } from '../stack.ts';
import { onNpmGone } from '../supervisor/npm-parent.ts';
import { DEV_STORE } from '../supervisor/store.ts';

export const devCommand: Command = {
  name: 'dev',
  summary: 'Run everything on this machine: NATS, engine, history and a simulated market.',
  usage: '[--keep] [--port N] [--days N] [--speed X] [--no-sim] [--no-history] [flags]',
  details: [
    'Starts a NATS server (unless FIRSTCALL_NATS_URL names one), the engine, the writer of the history and a simulated market, each in a process of its own, and starts again what crashes. Ctrl-C stops all of them in order.',
    'Every start begins with an empty store in .firstcall/run, unless --keep, which also keeps the NATS port where it is free.',
  ],
  flags: {
    keep: { type: 'boolean', description: 'Keep the log and the history of the last run.' },
    'no-sim': { type: 'boolean', description: 'Without the simulated market.' },
    'no-history': { type: 'boolean', description: 'Without the history (ClickHouse).' },
    days: {
      type: 'string',
      value: 'N',
      setting: 'sim.days',
      description: 'Days of simulated history; short for --sim-days.',
    },
    speed: {
      type: 'string',
      value: 'X',
      setting: 'sim.speed',
      description: 'Pace of the simulated history; short for --sim-speed.',
    },
    seed: {
      type: 'string',
      value: 'N',
      setting: 'sim.seed',
      description: 'Seed of the simulated market; short for --sim-seed.',
    },
    duplicates: {
      type: 'string',
      value: 'SHARE',
      setting: 'sim.duplicates',
      description: 'Share of simulated events that come twice; short for --sim-duplicates.',
    },
    'out-of-order': {
      type: 'string',
      value: 'SHARE',
      setting: 'sim.outOfOrder',
      description: 'Share of simulated events that come late; short for --sim-out-of-order.',
    },
  },
  settings: ['port', 'host', 'log', 'storeDir', 'natsUrl', 'shards', 'logLevel', 'logFormat'],
  positionals: [0, 0],
  run,
};

/** Resolves when everything runs; the process then lives until a signal. */
async function run(invocation: Invocation): Promise<number> {
  const { config } = invocation;
  const console = new Console('dev', config);
  const main = async (context: ProcessContext) => {
    try {
      await startDev(invocation, context, console);
    } catch (error) {
      if (!(error instanceof FirstcallError) || context.signal.aborted) throw error;
      process.stderr.write(`firstcall: ${error.message}\n`);
      await context.stop(error.code, 1);
    }
  };
  // Four parts stop one after the other, each with a deadline of its own.
  await runProcess('dev', main, { config, stopSeconds: 4 * config.stopSeconds + 5 });
  return 0;
}

async function startDev(
  { config, flags }: Invocation,
  context: ProcessContext,
  console: Console,
): Promise<void> {
  onNpmGone(() => void context.stop('npm is gone'));
  const noHistory = flags.has('no-history') ? 'switched off' : whyNoHistory(config);
  const children: StackChild[] = ['engine'];
  if (noHistory === null) children.push('history');
  if (!flags.has('no-sim')) children.push('sim');
  const stack = await Stack.start(config, {
    storeName: DEV_STORE,
    keep: flags.has('keep'),
    children,
    console,
    signal: context.signal,
    onShutdown: (name, hook) => context.onShutdown(name, hook),
    failed: (why) => {
      console.warn(`${why}; stopping everything`);
      void context.stop(why, 1);
    },
  });
  context.onShutdown('stopping', () => console.say('stopping'));
  announce(stack, console, { history: noHistory, sim: children.includes('sim') });
  context.ready({ url: stack.engineUrl, natsUrl: stack.natsUrl });
}

/** Where commands look by themselves. */
const USUAL_PORT = 7700;

/** About an instrument that every simulated market has. */
function sampleQuestion(url: string, port: number): string {
  const where = port === USUAL_PORT ? '' : ` --url ${url}`;
  return `npx firstcall select --instrument USDTHB --side sell --quantity 2000000${where}`;
}

function announce(
  stack: Stack,
  console: Console,
  parts: { history: string | null; sim: boolean },
): void {
  const url = stack.engineUrl;
  const { isKept } = stack.store;
  const lines = [
    '',
    `  Leaderboard   ${url}/`,
    `  Readiness     ${url}/readyz`,
    `  NATS          ${stack.natsUrl}`,
    `  History       ${parts.history === null ? where(stack.config) : `off: ${parts.history}`}`,
    `  Market        ${parts.sim ? describeMarket(stack) : 'none: publish your own events'}`,
    `  Store         ${relative(process.cwd(), stack.store.dir) || '.'}${isKept ? ', as the last run left it' : ''}`,
    ...(parts.sim ? [`  Whom to call  ${sampleQuestion(url, stack.config.port)}`] : []),
    '',
    '  Ctrl-C stops everything.',
    '',
  ];
  console.show(lines.join('\n'), { url, readyz: `${url}/readyz`, natsUrl: stack.natsUrl });
}

function where(config: Config): string {
  if (config.clickhouseUrl === null) return 'embedded ClickHouse (chDB)';
  return `ClickHouse at ${new URL(config.clickhouseUrl).host}`;
}

function describeMarket({ config, store }: Stack): string {
  const { seed, dealers, days } = config.sim;
  const past = store.isKept ? 'goes on where the log ends' : `${days} days of history`;
  return `simulated, ${dealers} dealers (seed ${seed}): ${past}, then live`;
}
