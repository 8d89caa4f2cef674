import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../engine/platform/project-root.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { parseResults } from './results.ts';
import type { Results } from './results-schema.ts';

/** Where a run leaves its figures unless told otherwise; what was there becomes `previous.json`. */
export const latestFile = (): string => join(projectRoot(), 'bench', 'results', 'latest.json');
export const previousFile = (): string => join(dirname(latestFile()), 'previous.json');

/** Where the figures of a run stand that is to leave them in `file`, until it has ended. */
export const unfinishedFile = (file: string): string =>
  `${file.replace(/\.json$/, '')}.unfinished.json`;

/** Throws FirstcallError `badResults`. */
export async function readResults(file: string): Promise<Results> {
  try {
    return parseResults(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof FirstcallError) throw cause;
    throw new FirstcallError('badResults', `${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Makes room for a new run. A quick one is not kept: nothing can be compared with it. */
export async function keepLatest(): Promise<void> {
  if (!existsSync(latestFile())) return;
  const isKept = await readResults(latestFile()).then(
    ({ effort }) => !effort.quick,
    () => false,
  );
  if (isKept) await rename(latestFile(), previousFile());
}

/** Whole or not at all. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, text);
  await rename(`${file}.tmp`, file);
}
