import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { distFile } from '../engine/platform/dist.ts';
import { missingPeers } from './peers/peer-packages.ts';

const NO_FIGURE = /NaN|undefined|Infinity|\[object/;

/** Fractions of a second make no figures, but all else that a run makes. */
const SHORT = ['select-in-process', '--quick', '--seconds', '1'];

interface ResultsFile {
  readonly machine: { readonly cores: number; readonly node: string };
  readonly benches: readonly {
    readonly name: string;
    readonly checks: readonly { readonly passed: boolean }[];
    readonly tables: readonly {
      readonly rows: readonly {
        readonly isBaseline: boolean;
        readonly figures: { readonly samples: number };
      }[];
    }[];
  }[];
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firstcall-bench-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the built program as `npm run bench` does. */
function runBench(...args: string[]) {
  const command = [distFile('bench/main.js'), ...args];
  return spawnSync(process.execPath, command, { encoding: 'utf8' });
}

test('a quick run prints rows beside a baseline, passes its checks and leaves its figures', () => {
  const file = join(folder, 'figures.json');
  const run = runBench(...SHORT, '--json', file);
  expect(run.stderr).toContain('round 2 of 2');
  expect(run.status).toBe(0);
  expect(run.stdout).toMatch(/^machine: .+ cores/);
  expect(run.stdout).toMatch(/p50 +p99 +p99\.9 +max/);
  expect(run.stdout).toMatch(/ engine .+x/);
  expect(run.stdout).toMatch(/objects, maps and a sort .+baseline/);
  expect(run.stdout.match(/passed: /g)).toHaveLength(8);
  expect(run.stdout).not.toContain('FAILED');
  const { machine, benches } = JSON.parse(readFileSync(file, 'utf8')) as ResultsFile;
  expect(machine.node).toBe(process.version);
  expect(benches.map(({ name }) => name)).toEqual(['select-in-process']);
  expect(benches[0]!.checks.map(({ passed }) => passed)).toEqual(Array(8).fill(true));
  for (const { rows } of benches[0]!.tables) {
    expect(rows.filter(({ isBaseline }) => isBaseline)).toHaveLength(1);
    for (const { figures } of rows) expect(figures.samples).toBeGreaterThan(0);
  }
  expect(run.stdout).toContain('not compared: there is no run before this one');
  expect(run.stdout + readFileSync(join(folder, 'figures.html'), 'utf8')).not.toMatch(NO_FIGURE);
  showsAgain(file);
});

/** The targets, the page and a picture of figures that are there, without measuring. */
function showsAgain(file: string): void {
  const [page, picture] = [join(folder, 'figures.html'), join(folder, 'targets.svg')];
  rmSync(page);
  const run = runBench('--from', file, '--compare', file, '--picture', picture);
  expect(run.status).toBe(0);
  expect(run.stdout).toContain('a quick run is too short to compare');
  expect(run.stdout).toMatch(/all checks passed; .+figures\.json, .+figures\.html, .+targets\.svg/);
  for (const written of [page, picture]) expect(readFileSync(written, 'utf8')).toContain('</svg>');
}

test('a quick run of scale applies every event and says what each size costs beside its target', () => {
  const run = runBench('scale', '--quick', '--seconds', '1', '--json', join(folder, 'scale.json'));
  expect(run.status).toBe(0);
  expect(run.stdout).toMatch(/1,000 dealers, to 50 dealers +\d.*x +<= 1\.5x/);
  expect(run.stdout).toMatch(/100,000 instruments, to 1,000 instruments +\d.*x +<= 1\.5x/);
  expect(run.stdout).toMatch(/of a live pair.+ bytes +<= 1,023 bytes {2}met/);
  expect(run.stdout).toContain('not measured: ingest was not run');
  expect(run.stdout.match(/passed: /g)).toHaveLength(2);
});

test('a quick run of decode has all decoders come to the same events, beside its target', () => {
  const run = runBench(
    'decode',
    '--quick',
    '--seconds',
    '1',
    '--json',
    join(folder, 'decode.json'),
  );
  expect(run.status).toBe(0);
  expect(run.stdout).toMatch(/single events: rfq +ns an event +speed x/);
  expect(run.stdout).toMatch(/decoding a single event, to @msgpack\/msgpack +\d.*x +>= 6x/);
  expect(run.stdout.match(/passed: /g)).toHaveLength(10);
});

test('what it does not understand it refuses, and says what there is', () => {
  const unknown = runBench('no-such-bench');
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('select-in-process');
  expect(runBench('--seconds', 'many').status).toBe(2);
  expect(runBench('--fast').status).toBe(2);
  expect(runBench('--from', 'a.json', 'ingest').status).toBe(2);
  const noFigures = runBench('--from', distFile('bench/main.js'));
  expect(noFigures.status).toBe(2);
  expect(noFigures.stderr).toContain('bench/main.js: ');
  const compared = runBench(...SHORT, '--compare', join(folder, 'none.json'));
  expect([compared.status, compared.stdout]).toEqual([2, '']);
  expect(compared.stderr).toContain('none.json');
  expect(runBench('--help').stdout).toContain('publish-to-subscriber');
});

test.skipIf(missingPeers() === null)(
  'without what peers need it says so, and how to get it',
  () => {
    const run = runBench('peers-select');
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('npm run bench:peers');
  },
);
