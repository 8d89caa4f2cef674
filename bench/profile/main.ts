import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINE_NODE_FLAGS } from '../../engine/cli/engine-node-flags.ts';
import { formatTable } from '../../engine/cli/table.ts';
import { type Budget, budgetsOf, type SourceOf } from './budget.ts';
import type { CpuProfile } from './cpu-profile.ts';

const HELP = `Usage: npm run bench:profile -- NAME... [options of bench]

Runs benchmarks with V8's sampling profiler in every process and thread, and prints where the processor
time of each program went. The figures of such a run are slower than others, and are not kept.
`;

/** The benchmarks' own, for arguments that they do not understand. */
const USAGE_CODE = 2;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(HELP);
} else if (args.length === 0) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else process.exitCode = await profile(args);

async function profile(benchArgs: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'firstcall-profile-'));
  try {
    const figures = ['--json', join(folder, 'figures.json')];
    const flags = [...ENGINE_NODE_FLAGS, '--cpu-prof', `--cpu-prof-dir=${folder}`];
    const bench = fileURLToPath(new URL('../main.js', import.meta.url));
    const child = spawn(process.execPath, [...flags, bench, ...benchArgs, ...figures], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === USAGE_CODE) return code;
    for (const budget of budgetsOf(await readProfiles(folder), sourceFinder())) print(budget);
    return code ?? 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readProfiles(folder: string): Promise<CpuProfile[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'));
  const texts = files.map((file) => readFile(join(folder, file), 'utf8'));
  // One of a process that was killed is empty.
  return (await Promise.all(texts)).filter((text) => text !== '').map((text) => JSON.parse(text));
}

/** Looks bundles' frames up in their source maps. */
function sourceFinder(): SourceOf {
  const maps = new Map<string, SourceMap | null>();
  return ({ url, lineNumber, columnNumber }) => {
    if (!maps.has(url)) maps.set(url, readMap(url));
    const entry = maps.get(url)?.findEntry(lineNumber, columnNumber);
    return entry !== undefined && 'originalSource' in entry ? entry.originalSource : url;
  };
}

/** Null: it is not one of our bundles. */
function readMap(url: string): SourceMap | null {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return null;
  const file = `${fileURLToPath(url)}.map`;
  return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

function print({ program, threads, stages }: Budget): void {
  const all = [...stages.values()].reduce((sum, micros) => sum + micros, 0);
  const rows = [...stages].sort(([, a], [, b]) => b - a);
  const seconds = (all / 1e6).toFixed(1);
  process.stdout.write(`\n${program}: ${seconds} s of processor time, ${threads} threads\n`);
  process.stdout.write(
    formatTable<[string, number]>(
      [
        { title: 'stage', align: 'left', text: ([stage]) => stage },
        {
          title: 'share',
          align: 'right',
          text: ([, micros]) => `${((100 * micros) / all).toFixed(1)}%`,
        },
        { title: 's', align: 'right', text: ([, micros]) => (micros / 1e6).toFixed(2) },
      ],
      rows,
    ),
  );
}
