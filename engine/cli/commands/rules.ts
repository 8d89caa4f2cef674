import { contentHash } from '../../platform/hash.ts';
import { readTextFile } from '../../platform/read-text-file.ts';
import { DEFAULT_RULES, type Rules } from '../../rules/rules.ts';
import { readRules } from '../../rules/rules-file.ts';
import { resolveModel } from '../../scoring/model-settings.ts';
import { numberFlag, requiredFlag, textFlag, timeFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { askRules, checkRules, putRules } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { becomeLogProcess } from '../log-process.ts';

const TIME = 'ISO 8601, such as 2026-01-31T14:30:00Z.';
/** Orders that a trial takes. */
const TRIAL_MAX = 1_000_000;

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'Check, load, show and try the rules that selections are made by.',
  usage: 'check FILE | load FILE --by NAME | show | test FILE | diff OLD NEW',
  details: [
    'check reads a file as the engine would, and lists everything that is wrong with it; with --url that engine also says which dealers of the rules nobody knows. load puts it in force in every engine of the log, at once and without a restart; a bad file changes nothing. show prints what is in force as it was loaded.',
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
    url: URL_FLAG,
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

async function check(invocation: Invocation, [file = '']: readonly string[]): Promise<number> {
  const model = resolveModel(invocation.config.model);
  const text = await readTextFile(file);
  const rules = readRules(text, { file, model });
  const hash = contentHash(rules.canonical);
  process.stdout.write(`${file}: ${countOf(rules.size)}, hash ${hash}\n`);
  warnOfNone(file, rules);
  const url = textFlag(invocation, 'url');
  if (url !== undefined) warn(file, (await checkRules(url, text)).warnings);
  return 0;
}

async function load(invocation: Invocation, [file = '']: readonly string[]): Promise<number> {
  const by = requiredFlag(invocation, 'by');
  const reason = textFlag(invocation, 'reason');
  const text = await readTextFile(file);
  // Here first, because an error then names the file.
  const rules = readRules(text, { file, model: resolveModel(invocation.config.model) });
  const { hash, revision, warnings } = await putRules(engineUrl(invocation), {
    text,
    by,
    ...(reason === undefined ? {} : { reason }),
  });
  process.stdout.write(`${file}: in force, hash ${hash}, revision ${revision}\n`);
  warnOfNone(file, rules);
  warn(file, warnings);
  return 0;
}

function warn(file: string, warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`${file}: warning: ${warning}\n`);
}

/** A file without a rule is right, and seldom meant. */
function warnOfNone(file: string, { size, canonical }: Rules): void {
  if (size > 0) return;
  const isBuiltIn = canonical === DEFAULT_RULES.canonical;
  const what = isBuiltIn
    ? 'the built-in rules hold: the best five are called at once'
    : 'what else it says holds for every order';
  warn(file, [`it has no rule; ${what}`]);
}

async function show(invocation: Invocation): Promise<number> {
  const rules = await askRules(engineUrl(invocation));
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
  const limit = numberFlag(invocation, 'limit', 1, TRIAL_MAX);
  const args = [
    ...['--mode', mode, '--file', file],
    ...(file2 === undefined ? [] : ['--file2', file2]),
    ...timeArgument('from', invocation),
    ...timeArgument('to', invocation),
    ...(limit === undefined ? [] : ['--limit', String(limit)]),
  ];
  await becomeLogProcess(invocation, 'rules-trial', args);
  return 0;
}

function timeArgument(name: string, invocation: Invocation): string[] {
  const time = timeFlag(invocation, name);
  return time === undefined ? [] : [`--${name}`, String(time)];
}

function countOf(rules: number): string {
  return rules === 1 ? '1 rule' : `${rules} rules`;
}
