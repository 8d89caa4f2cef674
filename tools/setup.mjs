// Before `npm start` and `npm test`: whatever a fresh clone lacks. Node's own modules alone at first;
// what needs dependencies is imported after they are there.
import { join } from 'node:path';
import { importBundled } from './bundled.mjs';
import { installDependencies } from './install.mjs';

const root = join(import.meta.dirname, '..');

try {
  installDependencies(root);
  // The finder that the engine itself uses.
  const finder = await importBundled(root, 'engine/platform/nats-binary.ts');
  await finder.findNatsServer({ progress: (line) => console.log(`setup: ${line}`) });
} catch (error) {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
