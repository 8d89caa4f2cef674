import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Whatever a bundle is made of. */
const SOURCES = [
  'schemas',
  'engine',
  'workers',
  'feeds',
  'client/src',
  'web',
  'bench',
  'fuzz',
  'reliability',
  'test/support',
  'examples',
  'tools',
  'package-lock.json',
  'tsconfig.json',
];
const NOT_BUNDLED = /\.test\.tsx?$|\.json$|\.md$/;

/** Changes whenever a source may have: hash of each file's path, size and time. Milliseconds. */
export function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesUnder(join(root, source))).sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !NOT_BUNDLED.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(path, file).includes('node_modules'));
}
