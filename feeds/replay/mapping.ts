import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { LineCounter } from 'yaml';
import { whyUnreadable } from '../../engine/platform/why-unreadable.ts';
import { parseBoundedYaml } from '../../schemas/bounded-yaml.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { type Mapping, MappingSchema } from './mapping-schema.ts';

/** Characters of a mapping file. */
const MAX_LENGTH = 65_536;

const validator = Compile(MappingSchema);

/** Reads a mapping file (YAML). Throws FirstcallError `badMapping` that says where it is wrong. */
export function readMapping(path: string): Mapping {
  return parseMapping(readText(path), path);
}

/** Parses the text of a mapping; `path` is for errors. */
export function parseMapping(text: string, path: string): Mapping {
  if (text.length > MAX_LENGTH) throw badMapping(path, `more than ${MAX_LENGTH} characters`);
  const lineCounter = new LineCounter();
  const { document, problems } = parseBoundedYaml(text, { lineCounter, isPlain: true });
  const [error] = problems;
  if (document === null || error !== undefined) {
    const { line, col } = lineCounter.linePos(error!.at);
    throw badMapping(`${path}:${line}:${col}`, error!.message);
  }
  const mapping: unknown = document.toJS();
  if (validator.Check(mapping)) return mapping;
  const [problem] = validator.Errors(mapping);
  const where = problem?.instancePath.slice(1).replaceAll('/', '.') || 'mapping';
  throw badMapping(path, `${where}: ${problem?.message}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FirstcallError('unreadable', `${path}: ${whyUnreadable(cause)}`, { cause });
  }
}

function badMapping(path: string, detail: string): FirstcallError {
  return new FirstcallError('badMapping', `${path}: ${detail}`);
}
