import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes node_modules what package-lock.json says, with npm ci, unless it is so already. Uses Node's
 * own modules alone: it runs on a fresh clone.
 */
export function installDependencies(root) {
  requireNode(root);
  if (isInstalled(root)) return;
  console.log('setup: installing dependencies (npm ci)');
  // npm names itself to the scripts it runs; a newer npm on PATH might be another program.
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const { status, error } = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    throw new Error(`npm ci failed (${error?.message ?? `exit ${status}`}); its output is above`);
  }
}

/** npm itself only warns. */
function requireNode(root) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [major, minor] = engines.node.match(/\d+/g).map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  throw new Error(`Node ${process.versions.node} is too old: firstcall needs ${engines.node}`);
}

/** npm writes what it installed beside the packages, in the lock file's own format. */
function isInstalled(root) {
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesIn(join(root, 'package-lock.json'));
  if (installed === null || wanted === null) return false;
  const paths = Object.keys(wanted).filter((path) => path !== '');
  return (
    Object.keys(installed).every((path) => wanted[path] !== undefined) &&
    paths.every((path) => isSame(installed[path], wanted[path]))
  );
}

/**
 * An optional package may be absent: it is for another system, or did not install on this one. So may
 * what only development needs, where npm is told to leave that out.
 */
function isSame(installed, wanted) {
  if (installed !== undefined) return JSON.stringify(installed) === JSON.stringify(wanted);
  return Boolean(wanted.optional || wanted.devOptional || (wanted.dev && omitsDevelopment()));
}

function omitsDevelopment() {
  const { NODE_ENV, npm_config_omit = '' } = process.env;
  return NODE_ENV === 'production' || npm_config_omit.includes('dev');
}

function packagesIn(file) {
  if (!existsSync(file)) return null;
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
}
