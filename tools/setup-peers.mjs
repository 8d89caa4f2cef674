// Before `npm run bench:peers`, after tools/setup.mjs: what it measures Firstcall beside.
import { join } from 'node:path';
import { importBundled } from './bundled.mjs';
import { installDependencies } from './install.mjs';

const root = join(import.meta.dirname, '..');

try {
  installDependencies(join(root, 'bench', 'peers'));
  const finder = await importBundled(root, 'bench/peers/redis-binary.ts');
  await finder.findRedisServer({ progress: (line) => console.log(`setup: ${line}`) });
} catch (error) {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
