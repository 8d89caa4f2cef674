import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bundle,
  cleanEnv,
  journal,
  removeBundles,
  run,
  temporaryFolder,
  until,
} from './shell-support.ts';

let script: string;
let folder: string;
let path: string;
let count = 0;
beforeAll(async () => {
  script = await bundle('test/shell-fixture-child.ts');
  folder = temporaryFolder();
});
beforeEach(() => {
  count += 1;
  path = join(folder, `journal-${count}`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  removeBundles();
});

/** The fixture's name is that of its script. */
const NAME = 'test-shell-fixture-child.ts';

function environment(behaviour: string): NodeJS.ProcessEnv {
  const key = `FIXTURE_${NAME.toUpperCase()}`;
  return cleanEnv({ FIXTURE_JOURNAL: path, [key]: behaviour, FIRSTCALL_STOP_SECONDS: '1' });
}

function start(behaviour = 'steady'): ChildProcess {
  return spawn(process.execPath, [script], {
    env: environment(behaviour),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

describe('a process', () => {
  it('says that it is ready, and what its parent must know', async () => {
    const child = start();
    const [message] = await once(child, 'message');
    expect(message).toMatchObject({ type: 'ready', port: 4711 });
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('stops in order on %s', async (signal) => {
    const child = start();
    await once(child, 'message');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(journal(path).at(-1)).toContain('stop');
  });

  it('stops in order when its parent vanishes', async () => {
    const child = start();
    await once(child, 'message');
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(journal(path).at(-1)).toContain('stop');
  });

  it('stops in order when its work is done', async () => {
    const { code } = await run([script], { env: environment('finish') });
    expect(code).toBe(0);
    expect(journal(path).at(-1)).toContain('stop');
  });

  it('is ended when it does not stop in time, saying what it waited for', async () => {
    const child = spawn(process.execPath, [script], {
      env: environment('stubborn'),
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let output = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(child, 'message');
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(output).toContain('"waitingFor":"never"');
  });

  it.each([
    ['throw', 'nobody catches this'],
    ['reject', 'nobody waits for this'],
    ['refuse', 'the fixture refuses'],
  ])('logs an error that ends it and exits with 1: %s', async (behaviour, text) => {
    const { code, stdout } = await run([script], { env: environment(behaviour) });
    expect(code).toBe(1);
    const fatal = stdout.split('\n').find((line) => line.includes('"fatal"'))!;
    expect(JSON.parse(fatal).err.message).toBe(text);
    expect(journal(path).at(-1)).toContain('stop');
  });

  it('exits with 2 and the reason when it is configured wrong', async () => {
    const env = { ...environment('steady'), FIRSTCALL_PORT: 'many' };
    const { code, stderr } = await run([script], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('FIRSTCALL_PORT: port: must be an integer');
  });
});

describe('a log', () => {
  it('is JSON lines where nobody looks', async () => {
    const { stdout } = await run([script], { env: environment('finish') });
    const line = stdout.split('\n').find((each) => each.includes('is up'))!;
    expect(JSON.parse(line)).toMatchObject({ level: 'info', name: NAME, natsUrl: null });
  });

  it('is text when asked for', async () => {
    const env = { ...environment('finish'), FIRSTCALL_LOG_FORMAT: 'pretty' };
    const { stdout } = await run([script], { env });
    expect(stdout).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO \(test-shell.*\): .* is up/m);
  });

  it('that nobody reads any more does not keep the process from stopping in order', async () => {
    const child = spawn(process.execPath, [script], {
      env: { ...environment('steady'), FIRSTCALL_LOG_LEVEL: 'debug' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    child.stdout!.destroy();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until('the journal', () => journal(path).length === 2);
  });
});
