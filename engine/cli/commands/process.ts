import { pathToFileURL } from 'node:url';
import { FirstcallError } from '../../../schemas/errors.ts';
import { CONFIG_VARIABLE, type Config, encodeConfig } from '../../platform/config.ts';
import { flagOf } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { type EntryName, entryPath } from '../entries.ts';

const COMMON_SETTINGS = ['natsUrl', 'log', 'partitions'];
const SIM_SETTINGS = ['sim.seed', 'sim.days', 'sim.speed', 'sim.duplicates', 'sim.outOfOrder'];
const LOG_SETTINGS = ['logLevel', 'logFormat'];

export const engineCommand: Command = {
  name: 'engine',
  summary: 'Run the engine against a NATS server.',
  usage: '[flags]',
  details: [
    'Reads the log, scores dealers, and serves rankings and selections over HTTP, WebSocket and NATS.',
  ],
  flags: {},
  settings: [...COMMON_SETTINGS, 'shards', 'host', 'port', ...LOG_SETTINGS],
  positionals: [0, 0],
  run: (invocation) => runEntry('engine', invocation),
};

export const historyCommand: Command = {
  name: 'history',
  summary: 'Run the writer of the history (ClickHouse).',
  usage: '[flags]',
  details: ['Copies the log into ClickHouse, every row exactly once.'],
  flags: {},
  settings: [...COMMON_SETTINGS, 'clickhouseUrl', 'storeDir', ...LOG_SETTINGS],
  positionals: [0, 0],
  run: (invocation) => runEntry('history', invocation),
};

export const simCommand: Command = {
  name: 'sim',
  summary: 'Publish a simulated market.',
  usage: '[flags]',
  details: ['Publishes a simulated market with dealers of known quality to the log.'],
  flags: {},
  settings: [...COMMON_SETTINGS, ...SIM_SETTINGS, 'spoolDir', 'spoolBytesMax', ...LOG_SETTINGS],
  positionals: [0, 0],
  run: (invocation) => runEntry('sim', invocation),
};

/** Becomes the process: no second one in between that a container's signals would have to cross. */
async function runEntry(name: EntryName, { config }: Invocation): Promise<number> {
  requireNats(config);
  process.env[CONFIG_VARIABLE] = encodeConfig(config);
  await import(pathToFileURL(entryPath(name)).href);
  return 0;
}

function requireNats(config: Config): void {
  if (config.natsUrl !== null) return;
  throw new FirstcallError(
    'noNats',
    `no NATS server is named: set FIRSTCALL_NATS_URL or ${flagOf('natsUrl')} nats://HOST:4222, ` +
      'or run "firstcall dev", which starts one',
  );
}
