import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNatsServer } from './nats-binary.ts';
import { unpackNatsServer } from './nats-package.ts';

let folder: string;
let cacheDir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firstcall-binary-'));
  cacheDir = join(folder, 'cache');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function executable(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

describe('findNatsServer', () => {
  it('takes the one that the environment names, and no other', async () => {
    const named = executable('named', 'nats-server-next');
    const PATH = join(executable('bin', 'nats-server'), '..');
    const env = { FIRSTCALL_NATS_SERVER: named, PATH };
    expect(await findNatsServer({ env, cacheDir })).toBe(named);
    const absent = { FIRSTCALL_NATS_SERVER: join(folder, 'absent'), PATH };
    await expect(findNatsServer({ env: absent, cacheDir })).rejects.toMatchObject({
      code: 'noNatsServer',
      message: expect.stringContaining(join(folder, 'absent')),
    });
  });

  it('prefers PATH to the system folders, and those to the cache', async () => {
    const onPath = executable('bin', 'nats-server');
    const system = executable('sbin', 'nats-server');
    const cached = executable('cache', 'nats-server-2.9.10', 'usr', 'sbin', 'nats-server');
    const systemDirs = [join(folder, 'sbin')];
    const env = { PATH: `${join(folder, 'empty')}:${join(folder, 'bin')}` };
    expect(await findNatsServer({ env, systemDirs, cacheDir })).toBe(onPath);
    expect(await findNatsServer({ env: {}, systemDirs, cacheDir })).toBe(system);
    expect(await findNatsServer({ env: {}, systemDirs: [], cacheDir })).toBe(cached);
  });

  it('takes the newest of the cache', async () => {
    executable('cache', 'nats-server-2.9.10', 'usr', 'sbin', 'nats-server');
    const newest = executable('cache', 'nats-server-2.12.1', 'usr', 'sbin', 'nats-server');
    expect(await findNatsServer({ env: {}, systemDirs: [], cacheDir })).toBe(newest);
  });

  it('names the three ways to get one when there is none', async () => {
    const lost = findNatsServer({ env: { PATH: '' }, systemDirs: [], cacheDir });
    await expect(lost).rejects.toMatchObject({
      code: 'noNatsServer',
      message: expect.stringMatching(/apt-get install.*PATH.*FIRSTCALL_NATS_SERVER/),
    });
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("keeps what it unpacks from the distribution's package, and nothing else", async ({
    skip,
  }) => {
    const hasApt = spawnSync('apt-get', ['--version']).status === 0;
    skip(!hasApt, 'no apt-get: this system has no Debian packages');
    const binary = await unpackNatsServer(cacheDir, { env: process.env, progress: () => {} });
    expect(execFileSync(binary, ['--version'], { encoding: 'utf8' })).toMatch(/^nats-server: v2\./);
    expect(await readdir(cacheDir)).toEqual([expect.stringMatching(/^nats-server-2\.[\d.]+$/)]);
    expect(await findNatsServer({ env: {}, systemDirs: [], cacheDir })).toBe(binary);
  });
});
