import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { distFile } from '../engine/platform/dist.ts';

/** Runs the built program as `npm run reliability` does. */
function run(...args: string[]) {
  return spawnSync(process.execPath, [distFile('reliability/main.js'), ...args], {
    encoding: 'utf8',
  });
}

test('subscribers that never read: bounded, skipped, and exact once they read again', () => {
  const { status, stdout, stderr } = run('subscribers', '--quick');
  expect(stderr).toContain('45 subscribers hold the topic');
  expect(stdout).toMatch(/beside 5 that never read +\d+/);
  expect(stdout).toContain('all 5 checks passed');
  expect(status).toBe(0);
});

test('what it does not understand it refuses, and says what there is', () => {
  const unknown = run('no-such-fault');
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('subscribers');
  expect(run('--fast').status).toBe(2);
  expect(run('--help').stdout).toContain('never read');
});
