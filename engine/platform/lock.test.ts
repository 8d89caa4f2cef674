import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLock } from './lock.ts';
import { identify, isAlive } from './process-identity.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firstcall-lock-'));
  path = join(folder, 'x.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that has been and gone. */
async function deadProcess() {
  const child = spawn('sleep', ['1000']);
  const identity = identify(child.pid!)!;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

function writeLock(holder: object, children: readonly object[] = []): void {
  const since = '2026-01-01T00:00:00Z';
  writeFileSync(path, JSON.stringify({ ...holder, since, url: null, children }));
}

describe('FileLock', () => {
  it('refuses a second holder and says who the first is', () => {
    const lock = FileLock.acquire(path);
    lock.describe({ url: 'http://127.0.0.1:7700' });
    expect(() => FileLock.acquire(path)).toThrow(`process ${process.pid}`);
    expect(() => FileLock.acquire(path)).toThrow('http://127.0.0.1:7700');
    lock.release();
    FileLock.acquire(path).release();
    expect(existsSync(path)).toBe(false);
  });

  it('takes over from a holder that is gone, and tells what it left', async () => {
    const child = { ...(await deadProcess()), name: 'engine' };
    writeLock(await deadProcess(), [child]);
    const lock = FileLock.acquire(path);
    expect(lock.leftovers).toEqual([child]);
    expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
  });

  it('takes over when the number belongs to another process by now', () => {
    writeLock({ pid: process.ppid, started: 'long ago' });
    expect(FileLock.acquire(path).leftovers).toEqual([]);
  });

  it.each(['', '{', '[]', '{"pid":"x"}'])('takes over from a file that says %j', (text) => {
    writeFileSync(path, text);
    expect(FileLock.acquire(path).leftovers).toEqual([]);
  });

  it('takes over when a remover died before it was done', async () => {
    writeLock(await deadProcess());
    writeFileSync(`${path}.removal`, readFileSync(path));
    FileLock.acquire(path);
    expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
    expect(existsSync(`${path}.removal`)).toBe(false);
  });
});

describe('isAlive', () => {
  it('tells a zombie from a living process', async () => {
    // The shell's child ends while the shell, now `sleep`, never reaps it.
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(shell.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while (identify(pid) !== null) await new Promise((next) => setTimeout(next, 5));
    expect(existsSync(`/proc/${pid}`)).toBe(process.platform === 'linux');
    expect(isAlive(identify(shell.pid!)!)).toBe(true);
    shell.kill();
    await once(shell, 'exit');
  });
});
