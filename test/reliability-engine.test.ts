import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { distFile } from '../engine/platform/dist.ts';

/** Runs the built program as `npm run reliability` does. */
function run(...args: string[]) {
  const command = [distFile('reliability/main.js'), ...args];
  return spawnSync(process.execPath, command, { encoding: 'utf8' });
}

test('an engine that is killed five times ends where it would have', { timeout: 240_000 }, () => {
  const { status, stdout, stderr } = run('engine-kills', '--quick', '--seed', '7');
  expect(stdout + stderr).toContain('checks passed');
  expect(status).toBe(0);
  expect(stdout.match(/ kill \d of 5: \d+ ms after its /g)).toHaveLength(5);
  expect(stdout).toMatch(/pass: the log holds every acknowledged event once.*: [1-9]\d* ack/);
  expect(stdout).toMatch(/pass: the scores have the bits of .*: 4 of 4 partitions equal/);
  expect(stdout).toMatch(/pass: post-trade analyses are written once each.*: [1-9]\d*, of these/);
  expect(stdout).not.toContain('FAIL');
});

test('damaged snapshots are noticed, and made good', { timeout: 240_000 }, () => {
  const { status, stdout, stderr } = run('snapshot-flips', '--quick', '--seed', '7');
  expect(stdout + stderr).toContain('all 3 checks passed');
  expect(status).toBe(0);
  expect(stdout).toMatch(/pass: every flipped bit.*: 3\d\d bits flipped, \d+ files cut off, 0 not/);
  expect(stdout).toMatch(/pass: an engine that finds damage goes on .*: 3 of 3 engines/);
  expect(stdout).not.toContain('FAIL');
});

test('what it does not understand it refuses, and says what there is', () => {
  expect(run('no-such-trial')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('engine-kills'),
  });
  expect(run('engine-kills', '--kills', 'many').status).toBe(2);
  expect(run('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('cold-start'),
  });
});
