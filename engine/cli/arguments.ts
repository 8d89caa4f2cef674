import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Micros } from '../../schemas/ids.ts';
import { nearestName } from '../../schemas/nearest-name.ts';
import { resolveConfig } from '../platform/config.ts';
import { CONFIG_FIELDS, configField } from '../platform/config-fields.ts';
import { plainNumberOf, sayList } from '../rules/units.ts';
import { type Command, type Flag, type Invocation, UsageError } from './command.ts';

/** Flags that every command has. */
export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  config: {
    type: 'string',
    value: 'FILE',
    description: 'Settings file (YAML). Default: ./firstcall.yaml if it exists.',
  },
  help: { type: 'boolean', description: 'Show this help.' },
};

/** Settings as flags, by flag name: `--port`, `--sim-days`. */
const SETTING_FLAGS: ReadonlyMap<string, string> = new Map(
  CONFIG_FIELDS.filter((field) => field.environmentName !== null).map((field) => [
    field.flag,
    field.path,
  ]),
);

/** Whether the arguments ask for help rather than for the command. */
export function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

/** Reads a command's arguments and resolves its settings. Throws UsageError or `badConfig`. */
export function readArguments(command: Command, argv: readonly string[]): Invocation {
  if (command.passesArguments) {
    const positionals = argv[0] === '--' ? argv.slice(1) : argv;
    return { config: resolveConfig(), flags: new Map(), positionals };
  }
  const { values, positionals } = parse(command, argv);
  const flags = new Map<string, string | true>();
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const path = command.flags[name]?.setting ?? SETTING_FLAGS.get(name);
    if (path !== undefined) settings[path] = String(value);
    else flags.set(name, value === true ? true : String(value));
  }
  refusePositionals(command, positionals);
  const file = flags.get('config');
  const config = resolveConfig({
    file: typeof file === 'string' ? file : undefined,
    flags: settings,
  });
  return { config, flags, positionals };
}

function parse(command: Command, argv: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const name of SETTING_FLAGS.keys()) options[name] = { type: 'string' };
  for (const [name, flag] of Object.entries({ ...COMMON_FLAGS, ...command.flags })) {
    options[name] = { type: flag.type };
  }
  const args = joinNegativeNumbers(argv, options);
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true });
  } catch (cause) {
    throw toUsageError(cause as Error & { code?: string }, command, Object.keys(options));
  }
}

/** `--quantity -5` as `--quantity=-5`, so that the number is refused for what it is. */
function joinNegativeNumbers(
  argv: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): string[] {
  const joined: string[] = [];
  const end = argv.indexOf('--');
  for (const [i, word] of argv.entries()) {
    const flag = joined.at(-1) ?? '';
    const isOwn = end === -1 || i < end;
    const isValue = flag.startsWith('--') && options[flag.slice(2)]?.type === 'string';
    if (isOwn && isValue && /^-\.?\d/.test(word)) joined.push(`${joined.pop()}=${word}`);
    else joined.push(word);
  }
  return joined;
}

function toUsageError(
  error: Error & { code?: string },
  command: Command,
  known: readonly string[],
): Error {
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const wrong = /'(-[^']*)'/.exec(error.message)?.[1] ?? '';
    return new UsageError(`unknown flag ${wrong}${hintFor(wrong, command, known)}`, {
      cause: error,
    });
  }
  if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    const flag = /'(--[\w-]+)(?: <value>)?' argument/.exec(error.message)?.[1];
    if (flag !== undefined) {
      const dash = error.message.includes('ambiguous')
        ? `; one that begins with a dash is written ${flag}=-...`
        : '';
      return new UsageError(`${flag} needs a value${dash}`, { cause: error });
    }
  }
  if (error.code?.startsWith('ERR_PARSE_ARGS')) {
    return new UsageError(error.message.split('\n', 1)[0], { cause: error });
  }
  return error;
}

function hintFor(wrong: string, command: Command, known: readonly string[]): string {
  if (wrong === '--url' && command.settings.includes('natsUrl')) {
    return `: ${command.name} asks no engine; the log is on the NATS server that --nats-url names`;
  }
  const near = nearestName(wrong.replace(/^-+/, ''), known);
  return near === null ? '' : `; did you mean --${near}?`;
}

function refusePositionals(command: Command, given: readonly string[]): void {
  const [least, most] = command.positionals;
  if (given.length > most) throw new UsageError(`unexpected argument "${given[most]}"`);
  if (given.length < least) throw new UsageError(`${command.name} needs ${command.usage}`);
}

/** The text of a flag, undefined if it was not given. */
export function textFlag(invocation: Invocation, name: string): string | undefined {
  const value = invocation.flags.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** Throws UsageError that names all of these flags that were not given. */
export function requireFlags(invocation: Invocation, names: readonly string[]): void {
  const missing = names.filter((name) => textFlag(invocation, name) === undefined);
  if (missing.length === 0) return;
  const flags = sayList(
    missing.map((name) => `--${name}`),
    'and',
  );
  throw new UsageError(`${flags} ${missing.length === 1 ? 'is' : 'are'} missing`);
}

/** As `textFlag`; throws UsageError if it was not given. */
export function requiredFlag(invocation: Invocation, name: string): string {
  requireFlags(invocation, [name]);
  return textFlag(invocation, name)!;
}

/** The time of a flag, epoch microseconds; throws UsageError if it is none. */
export function timeFlag(invocation: Invocation, name: string): Micros | undefined {
  const text = textFlag(invocation, name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms) && ms >= 0) return ms * 1000;
  throw new UsageError(`--${name}: must be a time such as 2026-01-31T14:30:00Z, not "${text}"`);
}

/**
 * The number of a flag; throws UsageError if it is none or outside [minimum, maximum]. A minimum of
 * Number.MIN_VALUE means above 0.
 */
export function numberFlag(
  invocation: Invocation,
  name: string,
  minimum: number,
  maximum: number,
): number | undefined {
  const text = textFlag(invocation, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= minimum && value <= maximum) return value;
  const allowed =
    minimum === Number.MIN_VALUE ? `above 0, at most ${maximum}` : `from ${minimum} to ${maximum}`;
  const plain = plainNumberOf(text);
  const hint = plain === null || plain === text.trim() ? '' : `; write ${plain}`;
  throw new UsageError(`--${name}: must be a number ${allowed}, not "${text}"${hint}`);
}

/** Names a setting's flag in help and messages. */
export function flagOf(path: string): string {
  return `--${configField(path)!.flag}`;
}
