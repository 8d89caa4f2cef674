import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveConfig } from '../platform/config.ts';
import { FileLock } from '../platform/lock.ts';
import { engineUrl } from './engine-url.ts';

const RUNNING = 'http://127.0.0.1:7801';

let storeDir: string;
let lock: FileLock;

beforeEach(() => {
  storeDir = mkdtempSync(join(tmpdir(), 'firstcall-url-'));
  mkdirSync(join(storeDir, 'run'));
  lock = FileLock.acquire(join(storeDir, 'run', 'supervisor.lock'));
  lock.describe({ url: RUNNING });
});

afterEach(() => {
  lock.release();
  rmSync(storeDir, { recursive: true, force: true });
});

/** Which engine is asked by a command with these settings and flags. */
function asked(settings: Record<string, string> = {}, flags: Record<string, string> = {}): string {
  const config = resolveConfig({ env: {}, flags: { storeDir, ...settings } });
  return engineUrl({ config, flags: new Map(Object.entries(flags)), positionals: [] });
}

test('the engine that runs in the store is asked, on whatever port it is', () => {
  expect(asked()).toBe(RUNNING);
  lock.release();
  expect(asked()).toBe('http://127.0.0.1:7700');
});

test('a port of the settings or a flag says otherwise', () => {
  expect(asked({ port: '7900' })).toBe('http://127.0.0.1:7900');
  expect(asked({}, { url: 'http://desk:1' })).toBe('http://desk:1');
});
