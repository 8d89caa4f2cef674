import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FirstcallError } from '../../../schemas/errors.ts';
import type { Micros } from '../../../schemas/ids.ts';
import { CONFIG_VARIABLE, encodeConfig } from '../../platform/config.ts';
import { contentHash } from '../../platform/hash.ts';
import { readRules } from '../../rules/rules-file.ts';
import { resolveModel } from '../../scoring/model-settings.ts';
import { numberFlag, requiredFlag, textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { askRules, configuredUrl, putRules } from '../engine-client.ts';
import { entryPath } from '../entries.ts';
import { natsUrlOfStore } from '../supervisor/store.ts';
import { DEV_STORE } from './dev.ts';

const TIME = 'ISO 8601, such as 2026-01-31T14:30:00Z.';
/** Orders that a trial takes. */
const TRIAL_MAX = 1_000_000;

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'Check, load, show and try the rules that selections are made by.',
  usage: 'check FILE | load FILE --by NAME | show | test FILE | diff OLD NEW',
  details: [
    'check reads a file as the engine would, and lists everything that is wrong with it. load puts it in force in every engine of the log, at once and without a restart; a bad file changes nothing. show prints what is in force as it was loaded.',
    'test takes the orders of the log with the rules of a file, on the scores of their arrival, and says which rules matched; diff compares two files on the same orders. Both only read, from the log that --nats-url and --log or --store-dir name.',
  ],
  flags: {
    by: { type: 'string', value: 'NAME', description: 'load: who does; kept with the rules.' },
    reason: { type: 'string', value: 'TEXT', description: 'load: why; kept with the rules.' },
    from: {
      type: 'string',
      value: 'TIME',
      description: `test, diff: arrival of the first order; default: seven days before --to. ${TIME}`,
    },
    to: {
      type: 'string',
      value: 'TIME',
      description: `test, diff: arrival of the last; default: the end of the log. ${TIME}`,
    },
    limit: { type: 'string', value: 'N', description: 'test, diff: the first N orders.' },
    url: { type: 'string', value: 'URL', description: 'The engine. Default: from host and port.' },
    json: { type: 'boolean', description: 'Print the answer as JSON (show, test, diff).' },
  },
  settings: ['host', 'port', 'log', 'natsUrl', 'storeDir'],
  positionals: [1, 3],
  run,
};

type Action = (invocation: Invocation, files: readonly string[]) => Promise<number>;

/** What each does, and how many files it takes. */
const ACTIONS: Readonly<Record<string, readonly [files: number, action: Action]>> = {
  check: [1, check],
  load: [1, load],
  show: [0, show],
  test: [1, (invocation, files) => tryRules('test', invocation, files)],
  diff: [2, (invocation, files) => tryRules('diff', invocation, files)],
};

async function run(invocation: Invocation): Promise<number> {
  const [word = '', ...files] = invocation.positionals;
  const [wanted, action] = ACTIONS[word] ?? [];
  if (action === undefined) throw new UsageError(`rules ${word}: use ${rulesCommand.usage}`);
  if (files.length !== wanted) {
    const takes = wanted === 1 ? 'one file' : wanted === 2 ? 'two files' : 'no file';
    throw new UsageError(`rules ${word} takes ${takes}, not ${files.length}`);
  }
  return action(invocation, files);
}

async function check({ config }: Invocation, [file = '']: readonly string[]): Promise<number> {
  const model = resolveModel(config.model);
  const rules = readRules(await readText(file), { file, model });
  const hash = contentHash(rules.canonical);
  process.stdout.write(`${file}: ${countOf(rules.size)}, hash ${hash}\n`);
  return 0;
}

async function load(invocation: Invocation, [file = '']: readonly string[]): Promise<number> {
  const by = requiredFlag(invocation, 'by');
  const reason = textFlag(invocation, 'reason');
  const text = await readText(file);
  // Here first, because an error then names the file.
  readRules(text, { file, model: resolveModel(invocation.config.model) });
  const { hash, revision } = await putRules(urlOf(invocation), {
    text,
    by,
    ...(reason === undefined ? {} : { reason }),
  });
  process.stdout.write(`${file}: in force, hash ${hash}, revision ${revision}\n`);
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  const rules = await askRules(urlOf(invocation));
  if (invocation.flags.has('json')) {
    process.stdout.write(`${JSON.stringify(rules, null, 2)}\n`);
    return 0;
  }
  const { hash, text, by, reason, revision, tsLoaded } = rules;
  const why = reason === '' ? '' : `: ${reason}`;
  const when = tsLoaded === null ? '' : `, ${new Date(tsLoaded / 1000).toISOString()}`;
  const how = by === '' ? 'built in' : `revision ${revision} by ${by}${when}${why}`;
  process.stdout.write(`# ${countOf(rules.rules)}, hash ${hash}\n# ${how}\n${text}`);
  return 0;
}

/** Becomes the process that reads the log, as `verify` does. */
async function tryRules(
  mode: string,
  invocation: Invocation,
  [file = '', file2]: readonly string[],
): Promise<number> {
  const { config } = invocation;
  const limit = numberFlag(invocation, 'limit', 1, TRIAL_MAX);
  const args = [
    ...['--mode', mode, '--file', file],
    ...(file2 === undefined ? [] : ['--file2', file2]),
    ...timeArgument('from', invocation),
    ...timeArgument('to', invocation),
    ...(limit === undefined ? [] : ['--limit', String(limit)]),
    ...(invocation.flags.has('json') ? ['--json'] : []),
  ];
  const natsUrl = config.natsUrl ?? natsUrlOfStore(join(config.storeDir, DEV_STORE));
  process.env[CONFIG_VARIABLE] = encodeConfig({ ...config, natsUrl });
  const entry = entryPath('rules-trial');
  process.argv.splice(1, process.argv.length, entry, ...args);
  await import(pathToFileURL(entry).href);
  return 0;
}

function timeArgument(name: string, invocation: Invocation): string[] {
  const text = textFlag(invocation, name);
  if (text === undefined) return [];
  const ms = Date.parse(text);
  if (!Number.isNaN(ms) && ms >= 0) return [`--${name}`, String((ms * 1000) as Micros)];
  throw new UsageError(`--${name}: must be a time such as 2026-01-31T14:30:00Z, not "${text}"`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = `${file} cannot be read: ${(cause as Error).message}`;
    throw new FirstcallError('noFile', message, { cause });
  }
}

function urlOf(invocation: Invocation): string {
  return textFlag(invocation, 'url') ?? configuredUrl(invocation.config);
}

function countOf(rules: number): string {
  return rules === 1 ? '1 rule' : `${rules} rules`;
}
