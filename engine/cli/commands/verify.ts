import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONFIG_VARIABLE, encodeConfig } from '../../platform/config.ts';
import { textFlag } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { configuredUrl } from '../engine-client.ts';
import { entryPath } from '../entries.ts';
import { natsUrlOfStore } from '../supervisor/store.ts';
import { DEV_STORE } from './dev.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Have ClickHouse compute every score from the raw events, and compare.',
  usage: '[--log NAME] [--nats-url URL] [flags]',
  details: [
    "Reads the log from its beginning with the engine's own shards (which write nothing), has the history process derive every observation from the raw rows in SQL, mark-outs included, and compares count, mean, mass, effective sample and variance of every dealer, scope, metric and memory. Prints the largest difference per metric; the exit code is 1 when one is above 1e-9, relative to max(1, both).",
    'Needs the NATS server of the log, and a history process: those of a running `npm start`, unless FIRSTCALL_NATS_URL or --nats-url names others.',
    'An engine that answers must have the same model and the same log, or nothing is compared. For a log that has no engine while another runs: --port 0.',
  ],
  flags: {
    url: { type: 'string', value: 'URL', description: 'The engine. Default: from host and port.' },
    json: { type: 'boolean', description: 'Print the comparison as JSON.' },
  },
  settings: ['host', 'port', 'log', 'natsUrl', 'storeDir'],
  positionals: [0, 0],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { config, flags } = invocation;
  const url = textFlag(invocation, 'url') ?? (config.port === 0 ? null : configuredUrl(config));
  const natsUrl = config.natsUrl ?? natsUrlOfStore(join(config.storeDir, DEV_STORE));
  process.env[CONFIG_VARIABLE] = encodeConfig({ ...config, natsUrl });
  const args = [
    ...(url === null ? [] : ['--engine', url]),
    ...(flags.has('json') ? ['--json'] : []),
  ];
  process.argv.splice(1, process.argv.length, entryPath('verify'), ...args);
  await import(pathToFileURL(entryPath('verify')).href);
  return 0;
}
