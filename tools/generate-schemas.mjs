// Writes schemas/generated anew: `node tools/generate-schemas.mjs`. Files that are no longer made go.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { importBundled } from './bundled.mjs';

const root = join(import.meta.dirname, '..');
const { generateAll } = await importBundled(root, 'tools/generate-schemas.ts');

const folder = join(root, 'schemas', 'generated');
mkdirSync(folder, { recursive: true });
const files = generateAll();
const made = new Set([...files.keys()].map((path) => basename(path)));
for (const name of readdirSync(folder)) if (!made.has(name)) rmSync(join(folder, name));
for (const [path, content] of files) writeFileSync(join(root, path), content);
console.log(`${files.size} files in schemas/generated`);
