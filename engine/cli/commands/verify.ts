import { textFlag } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { becomeLogProcess } from '../log-process.ts';

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
    url: URL_FLAG,
    json: { type: 'boolean', description: 'Print the comparison as JSON.' },
  },
  settings: ['host', 'port', 'log', 'natsUrl', 'storeDir'],
  positionals: [0, 0],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { config } = invocation;
  const isKnown = config.port !== 0 || textFlag(invocation, 'url') !== undefined;
  const url = isKnown ? engineUrl(invocation) : null;
  await becomeLogProcess(invocation, 'verify', url === null ? [] : ['--engine', url]);
  return 0;
}
