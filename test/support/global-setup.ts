import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findNatsServer } from '../../engine/platform/nats-binary.ts';

/**
 * Once before all tests: bundles dist/, from which tests start workers and processes, and fetches the
 * nats-server here, so that test files do not race for it.
 */
export async function setup(): Promise<void> {
  const root = join(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, [join(root, 'tools', 'build.mjs')], {
    cwd: root,
    stdio: 'inherit',
  });
  await findNatsServer({ progress: (line) => console.log(line) });
}
