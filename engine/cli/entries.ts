import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';
import { projectRoot } from '../platform/project-root.ts';

/** Built entries of the processes that commands start, relative to dist/. */
export const ENTRIES = {
  engine: 'engine/main.js',
  history: 'engine/history/main.js',
  sim: 'feeds/sim/main.js',
  replay: 'feeds/replay/main.js',
  verify: 'engine/verify/main.js',
  explain: 'engine/verify/explain-main.js',
  decision: 'engine/verify/decision-main.js',
  'rules-trial': 'engine/verify/rules-trial-main.js',
  bench: 'bench/main.js',
} as const;

export type EntryName = keyof typeof ENTRIES;

/** Path of a built entry; throws FirstcallError('notBuilt') if it is not there. */
export function entryPath(name: EntryName): string {
  const path = join(projectRoot(), 'dist', ENTRIES[name]);
  if (existsSync(path)) return path;
  throw new FirstcallError('notBuilt', `${path} is missing; run: npm run build`);
}
