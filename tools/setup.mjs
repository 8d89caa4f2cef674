// Before `npm start` and `npm test`: whatever a fresh clone lacks. Node's own modules alone at first;
// what needs dependencies is imported after they are there.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installDependencies } from './install.mjs';

const root = join(import.meta.dirname, '..');

/** The finder that the engine itself uses, bundled because Node 20 does not run TypeScript. */
async function provideNatsServer() {
  const { build, stop } = await import('esbuild');
  const outfile = join(root, '.firstcall', 'cache', 'setup', `nats-binary-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'engine', 'platform', 'nats-binary.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  await stop();
  const finder = await import(outfile);
  await rm(outfile);
  await finder.findNatsServer({ progress: (line) => console.log(`setup: ${line}`) });
}

try {
  installDependencies(root);
  await provideNatsServer();
} catch (error) {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
