import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';
import { FirstcallError } from '../../schemas/errors.ts';
import { type Mapping, MappingSchema } from './mapping-schema.ts';

const validator = Compile(MappingSchema);

/** Reads a mapping file (YAML). Throws FirstcallError `badMapping` that says where it is wrong. */
export function readMapping(path: string): Mapping {
  return parseMapping(readText(path), path);
}

/** Parses the text of a mapping; `path` is for errors. */
export function parseMapping(text: string, path: string): Mapping {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw badMapping(path, error.message);
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
    throw new FirstcallError('unreadable', `${path}: ${(cause as Error).message}`, { cause });
  }
}

function badMapping(path: string, detail: string): FirstcallError {
  return new FirstcallError('badMapping', `${path}: ${detail}`);
}
