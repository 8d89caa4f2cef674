import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Imports a source of ours, bundled because Node 20 does not run TypeScript. */
export async function importBundled(root, entry) {
  const { build, stop } = await import('esbuild');
  const name = basename(entry, '.ts');
  const outfile = join(root, '.firstcall', 'cache', 'setup', `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  await stop();
  const module = await import(pathToFileURL(outfile).href);
  await rm(outfile);
  return module;
}
