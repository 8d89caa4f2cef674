// Writes schemas/generated anew: `node tools/generate-schemas.mjs`. Files that are no longer made go.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const outfile = join(root, '.firstcall', 'cache', `generate-schemas-${process.pid}.mjs`);

// Bundled, because Node 20 does not run TypeScript.
await build({
  entryPoints: [join(root, 'tools', 'generate-schemas.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'error',
});
const { generateAll } = await import(pathToFileURL(outfile).href);
rmSync(outfile);

const folder = join(root, 'schemas', 'generated');
mkdirSync(folder, { recursive: true });
const files = generateAll();
const made = new Set([...files.keys()].map((path) => basename(path)));
for (const name of readdirSync(folder)) if (!made.has(name)) rmSync(join(folder, name));
for (const [path, content] of files) writeFileSync(join(root, path), content);
console.log(`${files.size} files in schemas/generated`);
