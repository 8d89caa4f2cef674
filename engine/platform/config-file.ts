import { readFileSync } from 'node:fs';
import { isMap, isPair, isScalar, LineCounter, type Pair } from 'yaml';
import { parseBoundedYaml } from '../../schemas/bounded-yaml.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { whyUnreadable } from './why-unreadable.ts';

/** Largest configuration file that is read, bytes. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** A YAML file with the place of every field, for errors. */
export interface ConfigFile {
  readonly path: string;
  /** Plain values; the root is always a map. */
  readonly value: Readonly<Record<string, unknown>>;
  /** `file:line:column` of a field's value, or of its key if the key is what is wrong. */
  locate(fieldPath: readonly string[], part: 'key' | 'value'): string;
}

/** Reads a file; throws `badConfig` naming file, line and column, or `noConfig` if it is not there. */
export function readConfigFile(path: string): ConfigFile {
  return parseConfigFile(path, readText(path));
}

function readText(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= MAX_CONFIG_BYTES) return text;
  } catch (cause) {
    const message = `cannot read the configuration file ${path}: ${whyUnreadable(cause)}`;
    throw new FirstcallError('noConfig', message, { cause });
  }
  throw new FirstcallError('badConfig', `${path}: larger than ${MAX_CONFIG_BYTES} bytes`);
}

/** As `readConfigFile`, from text. */
function parseConfigFile(path: string, text: string): ConfigFile {
  const lineCounter = new LineCounter();
  const { document, problems } = parseBoundedYaml(text, { lineCounter, isPlain: true });
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [problem] = problems;
  if (document === null || problem !== undefined) {
    const { message, at: offset } = problem!;
    throw new FirstcallError('badConfig', `${at(offset)}: ${firstLine(message)}`);
  }
  if (document.contents !== null && !isMap(document.contents)) {
    throw new FirstcallError(
      'badConfig',
      `${at(0)}: must be a map of settings, such as port: 7700`,
    );
  }
  const locate = (fieldPath: readonly string[], part: 'key' | 'value') => {
    const pair = findPair(document.contents, fieldPath);
    return at((part === 'value' ? rangeOf(pair?.value) : null) ?? rangeOf(pair?.key) ?? 0);
  };
  return { path, value: document.toJS() ?? {}, locate };
}

function findPair(root: unknown, fieldPath: readonly string[]): Pair | null {
  let node: unknown = root;
  let found: Pair | null = null;
  for (const name of fieldPath) {
    if (!isMap(node)) return found;
    const items: readonly unknown[] = node.items;
    const pair = items.find((item) => isPair(item) && keyOf(item) === name);
    if (!isPair(pair)) return found;
    found = pair;
    node = pair.value;
  }
  return found;
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function rangeOf(node: unknown): number | null {
  return (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? null;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!;
}
