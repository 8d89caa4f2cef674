import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FirstcallError } from '../../../schemas/errors.ts';
import type { Explanation } from '../../../schemas/explanation.ts';
import type { Micros } from '../../../schemas/ids.ts';
import { CONFIG_VARIABLE, encodeConfig } from '../../platform/config.ts';
import { textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { describeExplanation } from '../describe-explanation.ts';
import { askExplanation, configuredUrl } from '../engine-client.ts';
import { entryPath } from '../entries.ts';
import { natsUrlOfStore } from '../supervisor/store.ts';
import { DEV_STORE } from './dev.ts';

/** How far beyond the newest a score is still worth projecting: clocks differ, and markets close. */
const AHEAD_MICROS_MAX = 86_400e6;

const DECISION_ID = /^[0-9a-f]{16}$/;

export const explainCommand: Command = {
  name: 'explain',
  summary: 'How the score of a dealer, or a decision of the past, comes about.',
  usage: 'DEALER [--scope SCOPE] [flags] | DECISION [--json]',
  details: [
    'DECISION, 16 hexadecimal digits, takes a recorded decision again from the log that --nats-url and --log or --store-dir name, and says whether it comes out the same to the last bit (exit code 1: it does not), with the rules, the plan and whatever traders changed.',
    'DEALER prints, for each metric, its estimate, weight and contribution (they add up to the composite, to the last bit), and what was observed at each scope that the estimate shrinks through.',
    "A moment of the past is read with the model of --config, from the log that --nats-url and --log or --store-dir name; it is refused when they are not the engine's.",
  ],
  flags: {
    scope: {
      type: 'string',
      value: 'SCOPE',
      description: 'ALL, an asset class, a segment, issuer:ID or instrument:ID. Default: ALL.',
    },
    'as-of': {
      type: 'string',
      value: 'TIME',
      description:
        'ISO 8601. For a moment of the past the log is read again. Default: the watermark.',
    },
    url: { type: 'string', value: 'URL', description: 'The engine. Default: from host and port.' },
    json: { type: 'boolean', description: 'Print the whole answer as JSON.' },
  },
  settings: ['host', 'port', 'log', 'natsUrl', 'storeDir'],
  positionals: [1, 1],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const [subject = ''] = invocation.positionals;
  if (DECISION_ID.test(subject)) {
    await readAgain(invocation, 'decision', ['--decision', subject]);
    return 0;
  }
  const url = textFlag(invocation, 'url') ?? configuredUrl(invocation.config);
  const dealer = subject;
  const scope = textFlag(invocation, 'scope') ?? 'ALL';
  const asOf = readAsOf(textFlag(invocation, 'as-of'));
  const isJson = invocation.flags.has('json');
  try {
    const explanation = await askExplanation(url, dealer, scope, asOf);
    if (asOf !== null) await refuseFuture(asOf, askExplanation(url, dealer, scope, null));
    const text = isJson
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : describeExplanation(explanation);
    process.stdout.write(text);
  } catch (error) {
    if (!(error instanceof FirstcallError) || error.code !== 'pastMoment') throw error;
    const asked = ['--engine', url, '--dealer', dealer, '--scope', scope];
    await readAgain(invocation, 'explain', [...asked, '--as-of', String(asOf)]);
  }
  return 0;
}

/** The engine keeps the present only; a process of its own reads the log again. */
async function readAgain(
  { config, flags }: Invocation,
  entry: 'explain' | 'decision',
  question: readonly string[],
): Promise<void> {
  const natsUrl = config.natsUrl ?? natsUrlOfStore(join(config.storeDir, DEV_STORE));
  process.env[CONFIG_VARIABLE] = encodeConfig({ ...config, natsUrl });
  const args = [...question, ...(flags.has('json') ? ['--json'] : [])];
  process.argv.splice(1, process.argv.length, entryPath(entry), ...args);
  await import(pathToFileURL(entryPath(entry)).href);
}

async function refuseFuture(asOf: Micros, present: Promise<Explanation>): Promise<void> {
  const { asOf: newest } = await present;
  if (asOf <= newest + AHEAD_MICROS_MAX) return;
  const [asked, known] = [asOf, newest].map((t) => new Date(t / 1000).toISOString());
  const message = `--as-of: ${asked} is more than a day after the newest that the engine has read, ${known}`;
  throw new FirstcallError('futureMoment', message);
}

function readAsOf(text: string | undefined): Micros | null {
  if (text === undefined) return null;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms) && ms >= 0) return ms * 1000;
  throw new UsageError(`--as-of: must be a time such as 2026-01-31T14:30:00Z, not "${text}"`);
}
