import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';
import { nearestName } from '../../schemas/nearest-name.ts';
import { resolveModel } from '../scoring/model-settings.ts';
import {
  CONFIG_FIELDS,
  CONFIG_SECTIONS,
  type ConfigField,
  configField,
  describeAllowed,
  fromText,
} from './config-fields.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import type { Config } from './config-schema.ts';

export type { Config } from './config-schema.ts';

/** The file that is read when none is named and it exists. */
const DEFAULT_CONFIG_FILE = 'firstcall.yaml';
/** Resolved settings on their way to a child process, as JSON. */
export const CONFIG_VARIABLE = 'FIRSTCALL_CONFIG';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  /** `--config`; without it `./firstcall.yaml` is read if it exists. */
  readonly file?: string | undefined;
  /** Folder that relative paths of the environment and of flags start from. */
  readonly cwd?: string | undefined;
  readonly env?: Environment | undefined;
  /** Flags by field path (`sim.days`), as text. */
  readonly flags?: Readonly<Record<string, string>> | undefined;
}

/** One value and where it came from, so that an error can say so. */
interface Sourced {
  readonly value: unknown;
  readonly source: string;
  /** The place of what stands below it, or of as much of the path as is found. */
  locate?(fieldPath: readonly string[]): string;
}

/** Unknown settings that are told; finding what was meant takes its time for each. */
const MAX_ERRORS = 50;
/** Characters of an unknown setting's name that are told. */
const MAX_NAME_LENGTH = 100;

const PATH_FIELDS: ReadonlySet<string> = new Set(['storeDir', 'spoolDir', 'rulesFile']);

/**
 * The settings: defaults, then the file, then `FIRSTCALL_*` of the environment, then flags; the
 * later wins. In a child process `FIRSTCALL_CONFIG` replaces defaults, file and environment. Throws
 * one `badConfig` (or `noConfig`) that lists everything wrong, each with its place.
 */
export function resolveConfig(sources: ConfigSources = {}): Config {
  const cwd = sources.cwd ?? process.cwd();
  const env = sources.env ?? process.env;
  const values = new Map<string, Sourced>();
  const errors: string[] = [];
  const inherited = env[CONFIG_VARIABLE];
  if (inherited !== undefined && inherited !== '') {
    takeTree(values, errors, parseInherited(inherited), () => CONFIG_VARIABLE);
  } else {
    takeFile(values, errors, sources.file, cwd);
    takeEnvironment(values, errors, env, cwd);
  }
  for (const [path, text] of Object.entries(sources.flags ?? {})) {
    const field = configField(path)!;
    takeText(values, field, text, `--${field.flag}`, cwd);
  }
  const config = build(values, errors, cwd);
  if (errors.length > 0) throw new FirstcallError('badConfig', errors.join('\n'));
  return deepFreeze(config);
}

/** The settings as a child process takes them: the value of its `FIRSTCALL_CONFIG`. */
export function encodeConfig(config: Config): string {
  return JSON.stringify(config);
}

function parseInherited(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Falls through to the one error.
  }
  const message = `${CONFIG_VARIABLE}: must be the JSON of resolved settings; name a file with --config`;
  throw new FirstcallError('badConfig', message);
}

function takeFile(
  values: Map<string, Sourced>,
  errors: string[],
  named: string | undefined,
  cwd: string,
): void {
  const path = resolve(cwd, named ?? DEFAULT_CONFIG_FILE);
  if (named === undefined && !existsSync(path)) return;
  const file = readConfigFile(path);
  takeTree(values, errors, file.value, (fieldPath, part) => file.locate(fieldPath, part));
  for (const field of PATH_FIELDS) {
    const taken = values.get(field);
    if (typeof taken?.value !== 'string') continue;
    values.set(field, { ...taken, value: resolve(dirname(path), taken.value) });
  }
}

function takeTree(
  values: Map<string, Sourced>,
  errors: string[],
  tree: Readonly<Record<string, unknown>>,
  locate: ConfigFile['locate'],
  prefix: readonly string[] = [],
): void {
  for (const [name, value] of Object.entries(tree)) {
    if (errors.length >= MAX_ERRORS) return;
    const fieldPath = [...prefix, name];
    const path = fieldPath.join('.');
    if (configField(path) !== undefined) {
      values.set(path, {
        value,
        source: locate(fieldPath, 'value'),
        locate: (below) => locate(below, 'key'),
      });
    } else if (!CONFIG_SECTIONS.has(path)) {
      const shown = path.slice(0, MAX_NAME_LENGTH);
      errors.push(`${locate(fieldPath, 'key')}: ${shown}: unknown setting${suggestPath(shown)}`);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      takeTree(values, errors, value as Record<string, unknown>, locate, fieldPath);
    } else if (value !== null) {
      errors.push(`${locate(fieldPath, 'value')}: ${path}: must be a map, not ${show(value)}`);
    }
  }
}

/** The nearest full path, else the setting of that name in some other section. */
function suggestPath(wrong: string): string {
  const paths = CONFIG_FIELDS.map((field) => field.path);
  const name = wrong.slice(wrong.lastIndexOf('.') + 1);
  const near =
    nearestName(wrong, [...paths, ...CONFIG_SECTIONS]) ??
    paths.find((path) => path.split('.').at(-1) === name) ??
    null;
  return near === null ? `; known are ${paths.join(', ')}` : `; did you mean ${near}?`;
}

function takeEnvironment(
  values: Map<string, Sourced>,
  errors: string[],
  env: Environment,
  cwd: string,
): void {
  for (const field of CONFIG_FIELDS) {
    if (field.environmentName === null) continue;
    // Compose files pass an unset variable on as an empty one: empty means unset.
    const text = env[field.environmentName];
    if (text) takeText(values, field, text, field.environmentName, cwd);
  }
  errors.push(...misspeltVariables(env));
}

/** Variables that look like ours but for a slip; others may belong to a deployment's own scripts. */
function misspeltVariables(env: Environment): string[] {
  const known = CONFIG_FIELDS.flatMap((field) => field.environmentName ?? []);
  return Object.keys(env)
    .filter((name) => name.startsWith('FIRSTCALL_') && !known.includes(name))
    .flatMap((name) => {
      const tails = known.map((each) => each.slice('FIRSTCALL_'.length));
      const near = nearestName(name.slice('FIRSTCALL_'.length), tails);
      return near === null ? [] : [`${name}: unknown variable; did you mean FIRSTCALL_${near}?`];
    });
}

function takeText(
  values: Map<string, Sourced>,
  field: ConfigField,
  text: string,
  source: string,
  cwd: string,
): void {
  const read = fromText(field.schema, text);
  const isPath = PATH_FIELDS.has(field.path) && typeof read === 'string';
  values.set(field.path, { value: isPath ? resolve(cwd, read) : read, source });
}

function build(values: ReadonlyMap<string, Sourced>, errors: string[], cwd: string): Config {
  const config: Record<string, unknown> = {};
  for (const field of CONFIG_FIELDS) {
    const taken = values.get(field.path);
    const value = taken === undefined ? structuredClone(field.schema.default) : taken.value;
    if (!field.validator.Check(value)) {
      errors.push(`${taken?.source}: ${field.path}: ${refuse(field, value)}`);
    }
    put(config, field.path.split('.'), value);
  }
  config.storeDir = resolve(cwd, String(config.storeDir));
  if (errors.length === 0) errors.push(...refuseMeaning(config as Config, values));
  return config as Config;
}

/** What one field cannot say alone. */
function refuseMeaning(config: Config, values: ReadonlyMap<string, Sourced>): string[] {
  return [...refuseShards(config, values), ...refuseModel(config, values)];
}

function refuseShards(config: Config, values: ReadonlyMap<string, Sourced>): string[] {
  if (config.shards <= config.partitions) return [];
  const source = (values.get('shards') ?? values.get('partitions'))!.source;
  return [
    `${source}: shards: ${config.shards} is more than partitions (${config.partitions}); ` +
      'a partition is read by one shard, so more would idle',
  ];
}

/** The scoring model knows what its settings may be, and names a wrong one by its path. */
function refuseModel({ model }: Config, values: ReadonlyMap<string, Sourced>): string[] {
  try {
    resolveModel(model);
    return [];
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
    const { message } = error;
    const path = message.slice(0, message.indexOf(': ')).split('.');
    const taken = values.get('model')!;
    return [`${taken.locate?.(path) ?? taken.source}: ${message}`];
  }
}

function refuse(field: ConfigField, value: unknown): string {
  const { schema } = field;
  const unit = schema.unit === undefined ? '' : ` (${schema.unit})`;
  const near =
    schema.enum !== undefined && typeof value === 'string' ? nearestName(value, schema.enum) : null;
  const hint = near === null ? '' : `; did you mean ${near}?`;
  return `must be ${describeAllowed(schema)}${unit}, not ${show(value)}${hint}`;
}

/** A wrong value for an error message, short and without a URL's password. */
function show(value: unknown): string {
  const text = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@\s]*@/g, '//***@');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (rest.length === 0) {
    target[name!] = value;
    return;
  }
  target[name!] ??= {};
  put(target[name!] as Record<string, unknown>, rest, value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
