import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { distFile } from '../engine/platform/dist.ts';

/** Runs the built program as `npm run reliability` does. */
function run(...args: string[]) {
  const command = [distFile('reliability/main.js'), ...args];
  return spawnSync(process.execPath, command, { encoding: 'utf8' });
}

test.each(['nats-kills', 'history-kills'])(
  'a short run of %s loses and doubles nothing, and says what it compared',
  { timeout: 240_000 },
  (name) => {
    const { status, stdout, stderr } = run(name, '--quick', '--seed', '7');
    expect(stdout + stderr).toContain('checks passed');
    expect(status).toBe(0);
    expect(stdout).toContain(`${name}, seed 7: `);
    expect(stdout.match(/ kill \d of 3: after \d+ ms, /g)).toHaveLength(3);
    expect(stdout).toMatch(/pass: every acknowledged event is in the log once.*: [1-9]\d* ack/);
    expect(stdout).toMatch(/pass: the scores have the bits of .*: 8 of 8 partitions equal/);
    expect(stdout).toMatch(/pass: table quotes holds the log's rows: [1-9]\d* rows/);
    expect(stdout).not.toContain('FAIL');
  },
);

test('what it does not understand it refuses, and says what there is', () => {
  expect(run('no-such-trial')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('nats-kills'),
  });
  expect(run('nats-kills', '--seed', 'many').status).toBe(2);
  expect(run('--fast').status).toBe(2);
  expect(run('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('history-kills'),
  });
});
