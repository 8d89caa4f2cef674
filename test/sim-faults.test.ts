import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { distFile } from '../engine/platform/dist.ts';
import { PLANTS } from '../reliability/sim-faults/plant.ts';

const SEEDS = 1_000;
const RUN_MS_MAX = 600_000;

/** As `npm run sim:faults` does, in a process of its own. */
function simulate(...args: string[]) {
  const command = [distFile('reliability/sim-faults/main.js'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('npm run sim:faults', () => {
  it(
    `passes ${SEEDS} seeds`,
    () => {
      const { status, stdout, stderr } = simulate('--seeds', String(SEEDS));
      expect(stderr).toBe('');
      expect(stdout).toContain(`${SEEDS} seeds from 1`);
      expect(status).toBe(0);
    },
    RUN_MS_MAX,
  );

  it('does the same for the same seed', () => {
    const traceOf = () => /trace (\w+)/.exec(simulate('--seeds', '5').stdout)![1];
    expect(traceOf()).toBe(traceOf());
  });

  it.each(Object.keys(PLANTS))('finds a planted bug (%s), and says how to see it again', (name) => {
    const { status, stderr } = simulate('--seeds', String(SEEDS), '--plant', name);
    expect(status).toBe(1);
    const seed = /^again with: npm run sim:faults -- --seed (\d+)/m.exec(stderr)![1]!;
    expect(simulate('--seed', seed, '--plant', name).status).toBe(1);
    expect(simulate('--seed', seed).status).toBe(0);
  });

  it.each([
    ['--seeds', 'x'],
    ['--plant', 'nothing'],
    ['--from', '1.5'],
  ])('refuses %s %s', (...args) => {
    expect(simulate(...args)).toMatchObject({ status: 2, stdout: '' });
  });
});
