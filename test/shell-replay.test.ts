import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../engine/platform/project-root.ts';
import { cleanEnv, run, temporaryFolder } from './shell-support.ts';

const cli = join(projectRoot(), 'dist', 'engine', 'cli', 'firstcall.js');
const MINUTE_MICROS = 60_000_000;
const START = Date.UTC(2026, 0, 5, 9) * 1000;

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Forty minutes of indicative quotes: A at 100, B at 100.001, C at 100.05. Against the median of the
 * other two that is 2.5 bps for A, 2.4 for B and 4.9 for C, by hand. SHY quotes once, and one line is
 * no event at all.
 */
function quotes(): string {
  const lines: string[] = ['{"kind":"quote","nonsense":true}'];
  const quote = (dealerId: string, minute: number, mid: number, second: number) =>
    lines.push(
      JSON.stringify({
        kind: 'quote',
        id: `${dealerId}-${minute}`,
        tsEvent: START + minute * MINUTE_MICROS + second * 1_000_000,
        quoteId: `${dealerId}-${minute}`,
        dealerId,
        instrumentId: 'X',
        quoteKind: 'indicative',
        bid: mid - 0.01,
        ask: mid + 0.01,
      }),
    );
  for (let minute = 0; minute < 40; minute++) {
    quote('A', minute, 100, 0);
    quote('B', minute, 100.001, 1);
    quote('C', minute, 100.05, 2);
  }
  quote('SHY', 40, 100, 3);
  return `${lines.join('\n')}\n`;
}

it('scores a file, prints who is where and what was refused, and leaves nothing running', async () => {
  const file = join(folder, 'quotes.ndjson');
  writeFileSync(file, quotes());
  const { code, stdout, stderr } = await run(
    [cli, 'replay', file, '--log', 'test', '--metric', 'quoteDistanceBps'],
    { cwd: folder, env: cleanEnv({ FIRSTCALL_LOG_LEVEL: 'warn' }) },
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const ranked = [...stdout.matchAll(/^ +\d+ {2}(\w+) +([\d.]+)/gm)];
  expect(ranked.map(([, dealer]) => dealer)).toEqual(['B', 'A', 'C']);
  const [b, a, c] = ranked.map(([, , value]) => Number(value));
  // Shrunk towards the field, which lies between 2.4 and 4.9.
  expect(b).toBeGreaterThan(2.4);
  expect(b).toBeLessThan(a!);
  expect(c).toBeGreaterThan(a! + 1.5);
  expect(c).toBeLessThan(4.95);
  expect(stdout).toMatch(/insufficient observations, not ranked:\n.*\n +- {2}SHY /);
  expect(stdout).toMatch(/dead letters:\n +1 invalid; the first: quotes\.ndjson:1: /);
  expect(readdirSync(join(folder, '.firstcall', 'replay-test'))).not.toContain('supervisor.lock');
});
