import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Repository root. */
const ROOT = join(import.meta.dirname, '..', '..');

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.firstcall', 'coverage']);

/** Paths of all our files from the root, with forward slashes, sorted. */
export function ourFiles(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ourFiles(path);
      return entry.isFile() ? [relative(ROOT, path).split(sep).join('/')] : [];
    })
    .sort();
}

export function readOurs(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const COMMENT_OR_STRING = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** The code of a source file: its comments blank, its strings empty, its lines where they were. */
export function codeOf(source: string): string {
  return source.replace(COMMENT_OR_STRING, (text) => text.replace(/[^\n]/g, ' '));
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)'(\.[^']+)'/g;
const TYPE_IMPORT = /\b(?:import|export)\s+type\b[^;'"]*\bfrom\s*'[^']+'/g;

/** Relative module names that a source file imports or exports from, types included. */
export function relativeImports(source: string): string[] {
  return [...withoutComments(source).matchAll(IMPORT)].map((match) => match[1]!);
}

/** The same without `import type`, which is gone when the program runs. */
export function valueImports(source: string): string[] {
  return relativeImports(withoutComments(source).replace(TYPE_IMPORT, ' '));
}

function withoutComments(source: string): string {
  return source.replace(COMMENT_OR_STRING, (text) => (text.startsWith('/') ? ' ' : text));
}
