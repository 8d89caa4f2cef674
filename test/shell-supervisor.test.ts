import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identify } from '../engine/platform/process-identity.ts';
import {
  bundle,
  cleanEnv,
  journal,
  Program,
  removeBundles,
  temporaryFolder,
  until,
} from './shell-support.ts';

let supervisor: string;
let folder: string;
let programs: Program[] = [];

beforeAll(async () => {
  supervisor = await bundle('test/shell-fixture-supervisor.ts');
  const child = await bundle('test/shell-fixture-child.ts');
  for (const name of ['engine', 'history', 'sim']) {
    copyFileSync(child, join(dirname(child), `child-${name}.mjs`));
  }
});
afterAll(removeBundles);
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const { child } of programs) child.kill('SIGTERM');
  await until('the end of all programs', () =>
    programs.every(({ child }) => child.exitCode !== null || child.signalCode !== null),
  );
  programs = [];
  await until('the end of all children', () => living().length === 0);
  rmSync(folder, { recursive: true });
});

const journalPath = () => join(folder, 'journal');
const runDir = () => join(folder, 'store', 'run');

function start(extra: Readonly<Record<string, string>> = {}, args: string[] = []): Program {
  const env = cleanEnv({
    FIXTURE_JOURNAL: journalPath(),
    FIRSTCALL_STORE_DIR: join(folder, 'store'),
    FIRSTCALL_STOP_SECONDS: '2',
    FIRSTCALL_PORT: '0',
    ...extra,
  });
  const program = new Program([supervisor, ...args], { env });
  programs.push(program);
  return program;
}

async function startedUp(program: Program): Promise<void> {
  await until('the supervisor', () => {
    if (program.child.exitCode !== null) throw new Error(program.stderr + program.stdout);
    return program.stdout.includes('\nup ');
  });
  natsPids.add(natsPid());
}

/** Processes that supervisors of this test ever started, as far as they still live. */
function living(): number[] {
  const pids = journal(journalPath()).map((line) => Number(line.split(' ')[2]));
  return [...new Set([...pids, ...natsPids])].filter((pid) => identify(pid) !== null);
}

const natsPids = new Set<number>();

/** As the supervisor's lock says. */
function natsPid(): number {
  const lock = JSON.parse(readFileSync(join(runDir(), 'supervisor.lock'), 'utf8'));
  return lock.children.find((child: { name: string }) => child.name === 'nats-server').pid;
}

function stops(): string[] {
  return journal(journalPath())
    .filter((line) => line.includes(' stop '))
    .map((line) => line.split(' ')[0]!);
}

const natsUrlOf = (program: Program): string => /up \S+ (\S+)/.exec(program.stdout)![1]!;

describe('the supervisor', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'on %s stops simulator, engine, history, NATS in this order',
    async (signal) => {
      const program = start();
      await startedUp(program);
      expect(living()).toHaveLength(4);
      program.child.kill(signal);
      expect((await program.finished()).code).toBe(0);
      expect(stops()).toEqual(['sim', 'engine', 'history']);
      expect(living()).toEqual([]);
      expect(readdirSync(runDir())).not.toContain('supervisor.lock');
    },
  );

  it('leaves nothing behind when it is killed, and the next one starts at once', async () => {
    const first = start();
    await startedUp(first);
    first.child.kill('SIGKILL');
    const second = start();
    await startedUp(second);
    expect(living()).toHaveLength(4);
    expect(stops().toSorted(), 'the children of the first').toEqual(['engine', 'history', 'sim']);
  });

  it('ends what a killed predecessor left that does not end by itself', async () => {
    const first = start({ FIXTURE_ENGINE: 'stubborn', FIRSTCALL_STOP_SECONDS: '60' });
    await startedUp(first);
    first.child.kill('SIGKILL');
    const second = start();
    await startedUp(second);
    expect(second.stdout).toMatch(/ending engine \(process \d+\)/);
    expect(living()).toHaveLength(4);
  });

  it('refuses a store that another supervisor holds, and says which', async () => {
    const first = start();
    await startedUp(first);
    const second = await start().finished();
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`in use by process ${first.child.pid}`);
    expect(second.stderr).toContain('serving http://127.0.0.1:4711');
  });

  it('starts a crashed child again and says so', async () => {
    const program = start();
    await startedUp(program);
    const pid = Number(
      journal(journalPath())
        .find((line) => line.startsWith('engine'))!
        .split(' ')[2],
    );
    process.kill(pid, 'SIGKILL');
    await until('the restart', () => program.stdout.includes('engine is back'));
    expect(program.stdout).toContain('engine was killed by SIGKILL; starting it again in 0.25 s');
    expect(journal(journalPath()).filter((line) => line.startsWith('engine start'))).toHaveLength(
      2,
    );
  });

  it('starts NATS again on the port that it had', async () => {
    const program = start();
    await startedUp(program);
    process.kill(natsPid(), 'SIGKILL');
    await until('the restart', () => program.stdout.includes('nats-server is back'));
    natsPids.add(natsPid());
    const url = natsUrlOf(program);
    const ports = readdirSync(join(runDir(), 'nats')).find((name) => name.endsWith('.ports'))!;
    const { nats } = JSON.parse(readFileSync(join(runDir(), 'nats', ports), 'utf8'));
    expect(nats).toEqual([url]);
  });

  it('gives up on a child that a restart does not mend', async () => {
    const program = start({ FIXTURE_ENGINE: 'misconfigured' });
    const { code, stdout } = await program.finished();
    expect(code).toBe(1);
    expect(stdout).toContain('engine ended with exit code 2 and is not started again');
    expect(living()).toEqual([]);
  });

  it('lets the simulator finish', async () => {
    const program = start({ FIXTURE_SIM: 'finish' });
    await startedUp(program);
    await until('the end of sim', () => program.stdout.includes('sim has finished'));
    expect(living()).toHaveLength(3);
  });

  it('stops what has started when a child cannot', async () => {
    const { code, stdout, stderr } = await start({ FIXTURE_HISTORY: 'refuse' }).finished();
    expect(code).toBe(1);
    expect(stdout).toContain('the fixture refuses');
    expect(stderr).toContain('history ended with exit code 1 before it was ready');
    expect(living()).toEqual([]);
  });

  it('ends a child that does not stop in time', async () => {
    const program = start({ FIXTURE_SIM: 'stubborn', FIRSTCALL_STOP_SECONDS: '0.2' });
    await startedUp(program);
    program.child.kill('SIGTERM');
    expect((await program.finished()).code).toBe(0);
    expect(stops()).toEqual(['engine', 'history']);
    expect(living()).toEqual([]);
  });

  it("prints the children's lines, each under its name", async () => {
    const program = start();
    await startedUp(program);
    expect(program.stdout).toMatch(/INFO \(engine\): .*engine is up/);
    expect(program.stdout).toContain('engine | plain words of engine\n');
  });

  it('prints JSON lines alone when asked to', async () => {
    const program = start({ FIRSTCALL_LOG_FORMAT: 'json' });
    await until('ready', () => program.stdout.includes('"ready"'));
    const lines = program.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.msg)).toContain('plain words of engine');
  });
});

describe('the store', () => {
  it('is emptied at each start, unless it is to be kept', async () => {
    const file = join(runDir(), 'history', 'table');
    const first = start();
    await startedUp(first);
    mkdirSync(dirname(file));
    writeFileSync(file, 'rows');
    first.child.kill('SIGTERM');
    await first.finished();
    const second = start({}, ['--keep']);
    await startedUp(second);
    expect(existsSync(file)).toBe(true);
    expect(second.stdout).toContain(', on the store of the last run');
    expect(natsUrlOf(second)).toBe(natsUrlOf(first));
    second.child.kill('SIGTERM');
    await second.finished();
    const third = start();
    await startedUp(third);
    expect(existsSync(file)).toBe(false);
    expect(third.stdout).not.toContain('of the last run');
  });

  it('that is kept takes another NATS port where somebody else has the last one', async () => {
    const first = start({}, ['--keep']);
    await startedUp(first);
    expect(first.stdout, 'an empty store').not.toContain('of the last run');
    first.child.kill('SIGTERM');
    await first.finished();
    const port = Number(new URL(natsUrlOf(first)).port);
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const second = start({}, ['--keep']);
    await startedUp(second);
    expect(natsUrlOf(second)).not.toBe(natsUrlOf(first));
    other.close();
  });

  it('is never made of a folder that holds something else', async () => {
    const file = join(runDir(), 'thesis.txt');
    mkdirSync(runDir(), { recursive: true });
    writeFileSync(file, 'years of work');
    const { code, stderr } = await start().finished();
    expect(code).toBe(1);
    expect(stderr).toContain('holds something that is not ours');
    expect(readFileSync(file, 'utf8')).toBe('years of work');
  });
});
