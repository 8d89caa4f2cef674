import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../engine/cli/cli.ts';
import { projectRoot } from '../engine/platform/project-root.ts';
import { cleanEnv, run, temporaryFolder } from './shell-support.ts';
import { callCli } from './support/call-cli.ts';

const cli = join(projectRoot(), 'dist', 'engine', 'cli', 'firstcall.js');
let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

function firstcall(...args: string[]) {
  return run([cli, ...args], { cwd: folder });
}

describe('help', () => {
  it.each([['help'], ['--help'], ['-h']])('firstcall %s lists every command', async (word) => {
    const { code, stdout } = await callCli(word);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout).toContain(summary.slice(0, 40));
    }
  });

  it.each(COMMANDS.map(({ name }) => [name]))('firstcall %s --help explains it', async (name) => {
    const { code, stdout } = await callCli(name, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^usage: firstcall ${name}`));
    expect((await callCli('help', name)).stdout).toBe(stdout);
    const tooLong = stdout.split('\n').filter((line) => line.length > 100);
    expect(tooLong).toEqual([]);
  });

  it('is there from the command line, too', async () => {
    const [well, badly] = await Promise.all([firstcall('help'), firstcall('hepl')]);
    expect(well).toEqual({ ...(await callCli('help')), signal: null });
    expect(badly).toEqual({ ...(await callCli('hepl')), signal: null });
    expect(badly.code).toBe(2);
  });

  it('firstcall version prints that of the package', async () => {
    const { code, stdout } = await callCli('version');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a wrong call exits with 2, says what is wrong and where the help is', () => {
  const cases: readonly [string, string[], string][] = [
    ['nothing', [], 'usage: firstcall COMMAND'],
    [
      'an unknown command',
      ['dve'],
      'unknown command dve; did you mean dev?\nSee: firstcall --help',
    ],
    ['a flag first', ['--keep', 'dev'], 'unknown flag --keep'],
    [
      'an unknown flag',
      ['dev', '--kep'],
      'unknown flag --kep; did you mean --keep?\nSee: firstcall dev --help',
    ],
    ['an unknown short flag', ['dev', '-x'], 'unknown flag -x'],
    ['a flag without its value', ['dev', '--port'], '--port needs a value'],
    [
      'a flag whose value may be forgotten',
      ['rules', 'load', 'f', '--by', '-me'],
      '--by needs a value; one that begins with a dash is written --by=-...',
    ],
    [
      'an engine for what reads the log',
      ['audit', 'verify', '--url', 'http://127.0.0.1:7700'],
      'unknown flag --url: audit asks no engine; the log is on the NATS server that --nats-url names',
    ],
    ['a value for a switch', ['dev', '--keep=yes'], "'--keep' does not take an argument"],
    [
      'a value that is none',
      ['dev', '--port', 'x'],
      '--port: port: must be an integer from 0 to 65535, not "x"',
    ],
    [
      'a setting by its short name',
      ['dev', '--days', 'x'],
      'sim.days: must be a number from 0 to 3650 (days)',
    ],
    ['an argument too many', ['dev', 'now'], 'unexpected argument "now"'],
    ['an argument too few', ['replay', '--mapping', 'm'], 'replay needs FILE'],
    ['no instrument', ['select', '--side', 'buy'], '--instrument and --quantity are missing'],
    [
      'no such side',
      ['select', '--instrument', 'X', '--side', 'both', '--quantity', '1'],
      '--side: must be buy or sell',
    ],
    [
      'a nonsensical quantity',
      ['select', '--instrument', 'X', '--side', 'buy', '--quantity', '-5'],
      '--quantity: must be a number above 0, at most 1000000000000000, not "-5"',
    ],
    [
      'a time that is none',
      ['select', '--instrument', 'X', '--side', 'buy', '--quantity', '1', '--as-of', 'noon'],
      '--as-of: must be a time',
    ],
    ['an unknown topic of help', ['help', 'dve'], 'unknown command dve; did you mean dev?'],
    [
      'a configuration that is not there',
      ['dev', '--config', 'absent.yaml'],
      'absent.yaml: there is no such file',
    ],
  ];
  it.each(cases)('%s', async (_, args, expected) => {
    const { code, stderr, stdout } = await callCli(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
    expect(stdout).toBe('');
  });
});

describe('what the world lacks exits with 1 and says what to do', () => {
  it.each(['engine', 'history', 'sim'])('%s without a NATS server', async (name) => {
    const { code, stderr } = await callCli(name);
    expect(code).toBe(1);
    expect(stderr).toContain('set FIRSTCALL_NATS_URL or --nats-url');
  });

  it('select without an engine', async () => {
    const args = ['--instrument', 'X', '--side', 'buy', '--quantity', '1'];
    const { code, stderr } = await callCli('select', ...args, '--url', 'http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(stderr).toContain('no engine answers at http://127.0.0.1:9');
  });

  it('replay of a file that is not there', async () => {
    const { code, stderr } = await callCli('replay', 'absent.csv', '--mapping', 'm.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('absent.csv: there is no such file');
  });

  describe('dev', () => {
    let server: Server;
    afterEach(() => new Promise((closed) => server.close(closed)));

    it('names a port in use and how to choose another', async () => {
      server = createServer();
      const port = await new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => {
          resolve((server.address() as { port: number }).port);
        });
      });
      const { code, stderr } = await firstcall('dev', '--port', String(port));
      expect(code).toBe(1);
      expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use by another program`);
      expect(stderr).toContain('--port 0');
    });
  });
});

describe('doctor', () => {
  it('looks at everything and exits with 0 where nothing needed is missing', async () => {
    const { code, stdout } = await firstcall('doctor', '--port', '0');
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => line.startsWith('FAIL')).join('\n')).toBe('');
    for (const what of [
      'node',
      'glibc',
      'build',
      'uWebSockets.js',
      'nats',
      'ClickHouse',
      'store',
    ]) {
      expect(stdout).toMatch(new RegExp(`^(ok|warn) +${what.replace('.', '\\.')} `, 'm'));
    }
    expect(code).toBe(0);
  });

  it('exits with 1 and says what is missing', async () => {
    writeFileSync(join(folder, 'file'), '');
    const env = cleanEnv({
      FIRSTCALL_NATS_SERVER: '/nowhere/nats-server',
      FIRSTCALL_STORE_DIR: join(folder, 'file', 'store'),
      FIRSTCALL_CLICKHOUSE_URL: 'http://127.0.0.1:9',
    });
    const { code, stdout } = await run([cli, 'doctor', '--port', '0'], { env, cwd: folder });
    expect(stdout).toContain('FAIL  nats           FIRSTCALL_NATS_SERVER=/nowhere/nats-server');
    expect(stdout).toMatch(/^FAIL {2}store .*ENOTDIR/m);
    expect(stdout).toContain('FAIL  ClickHouse     ClickHouse at 127.0.0.1:9 does not answer');
    expect(stdout).toContain('3 of what is needed is missing');
    expect(code).toBe(1);
  });
});
