import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** A built file: worker threads and child processes always run the bundles. */
export function distFile(path: string): string {
  return join(projectRoot(), 'dist', path);
}
