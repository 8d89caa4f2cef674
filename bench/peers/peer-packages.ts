import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../engine/platform/project-root.ts';
import { installedRedisServer } from './redis-binary.ts';

const peersFolder = (): string => join(projectRoot(), 'bench', 'peers');

/** What the benchmarks beside peers lack here, and how to get it; null: nothing. */
export function missingPeers(): string | null {
  const isInstalled = existsSync(join(peersFolder(), 'node_modules', '.package-lock.json'));
  const missing = [
    ...(isInstalled ? [] : ['the packages of bench/peers']),
    ...(installedRedisServer() === null ? ['a redis-server'] : []),
    ...(existsSync(join(projectRoot(), 'node_modules', 'chdb')) ? [] : ['the package chdb']),
  ];
  if (missing.length === 0) return null;
  return `${missing.join(', ')} not installed; npm run bench:peers installs what it can and runs it`;
}

export const isPeerInstalled = (name: string): boolean =>
  existsSync(join(peersFolder(), 'node_modules', name));

/**
 * A package of bench/peers, which the project itself does not depend on: hence the type is the caller's
 * own, of what it uses.
 */
export async function importPeer<T>(name: string): Promise<T> {
  const { resolve } = createRequire(join(peersFolder(), 'package.json'));
  return (await import(pathToFileURL(resolve(name)).href)) as T;
}

export function peerVersion(name: string): string {
  const file = join(peersFolder(), 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
