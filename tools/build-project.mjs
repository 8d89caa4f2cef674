import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { bundleAll } from './bundles.mjs';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';

export const ROOT = join(import.meta.dirname, '..');
/** Inside dist/, so that who removes dist/ gets a build. */
const MANIFEST = join(ROOT, 'dist', '.build.json');

/**
 * Brings dist/ up to date. Returns at once if no source has changed since the last build. Several at
 * once take turns, and each file is replaced whole, so a process that starts meanwhile reads an old
 * file or a new one, never half of one.
 */
export async function buildProject() {
  await mkdir(dirname(MANIFEST), { recursive: true });
  await withLock(join(ROOT, 'dist', '.build.lock'), async () => {
    const sources = fingerprint(ROOT);
    const last = await readManifest();
    if (last?.sources === sources && last.files.every((file) => existsSync(join(ROOT, file)))) {
      return;
    }
    const beganMs = performance.now();
    const outputs = await bundleAll(ROOT);
    await replaceFiles(outputs, last?.files ?? []);
    const files = outputs.map((output) => relative(ROOT, output.path));
    await writeWhole(MANIFEST, JSON.stringify({ sources, files }));
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
    console.log(`build: ${files.length} files in ${seconds} s`);
  });
}

/** The same for a program: what does not compile is told with its place and ends the process. */
export async function buildOrExit() {
  try {
    await buildProject();
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exit(1);
  }
}

async function readManifest() {
  if (!existsSync(MANIFEST)) return null;
  return JSON.parse(await readFile(MANIFEST, 'utf8'));
}

/** Writes the new files and removes those that only the last build made. */
async function replaceFiles(outputs, lastFiles) {
  for (const { path, contents } of outputs) await writeWhole(path, contents);
  const kept = new Set(outputs.map(({ path }) => relative(ROOT, path)));
  for (const file of lastFiles) {
    if (!kept.has(file)) await rm(join(ROOT, file), { force: true });
  }
}

async function writeWhole(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  // A file that names its interpreter is a command, for npx to run.
  const mode = contents[0] === 0x23 && contents[1] === 0x21 ? 0o755 : 0o644;
  await writeFile(`${path}.new`, contents, { mode });
  await rename(`${path}.new`, path);
}
