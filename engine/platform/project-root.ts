import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';

/**
 * Folder of the package.json named "firstcall" above this module, whether it runs from its source or
 * from a bundle in dist/. Throws FirstcallError('noProjectRoot').
 */
export function projectRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (isProjectRoot(folder)) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new FirstcallError('noProjectRoot', `no package of firstcall above ${import.meta.dirname}`);
}

function isProjectRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'firstcall';
}

/** What may be kept from one start to the next: fetched binaries, never a store. */
export function projectCache(): string {
  return join(projectRoot(), '.firstcall', 'cache');
}
