import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FirstcallError } from '../schemas/errors.ts';
import { BENCHES } from './benches.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { ROLES } from './roles.ts';
import { showResults } from './show-results.ts';
import type { Bench } from './support/bench.ts';
import { describeMachine, machineLines } from './support/machine.ts';
import { reportLines } from './support/print.ts';
import type { BenchReport } from './support/report.ts';
import { parseResults, resultsOf, writtenForm } from './support/results.ts';
import {
  keepLatest,
  latestFile,
  readResults,
  unfinishedFile,
  writeWhole,
} from './support/results-file.ts';
import { ROLE_ARGUMENT, serveRole } from './support/role.ts';
import { UndoStack } from './support/undo-stack.ts';

const HELP = `Usage: npm run bench -- [names] [--quick] [--seconds N] [--events N] [--rate N] [--json FILE] [--compare FILE] [--picture FILE]
       npm run bench -- --from FILE [--compare FILE] [--picture FILE]

Measures this machine; every figure stands beside a baseline from the same minutes. Ends with a table of
targets, met or missed, and with what changed since the run before by more than its noise.

Benchmarks (all, unless named):
${BENCHES.map(({ name, question }) => `  ${name.padEnd(22)} ${question}`).join('\n')}

  --quick       some minutes for all: shows that everything works; too short for the far percentiles
  --seconds N   seconds of measuring for each benchmark (45; with --quick 4)
  --events N    events in the log of catch-up and scale-out, however long that takes
  --rate N      events a second of select-under-load, whether the engine carries them or not
  --json FILE   where the figures go (bench/results/latest.json, beside it a page of them, index.html;
                what was there becomes previous.json unless it was of a quick run)
  --compare FILE  the figures to compare with (bench/results/previous.json)
  --from FILE   measures nothing, and shows figures of an earlier run again
  --picture FILE  where an SVG picture of the targets goes

The exit code is 1 when a check fails (then the figures mean nothing) or something else goes wrong, 2 when
the arguments or a file of figures are not understood. A target that is missed is told, and fails nothing.
`;

const USAGE_ERRORS = ['badOptions', 'badResults'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const role = process.argv[2] === ROLE_ARGUMENT ? process.argv[3] : undefined;
if (role !== undefined) serveRole(ROLES[role]!());
else process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    return (await measureAndShow(options)) ? 0 : 1;
  } catch (error) {
    const isUsage = error instanceof FirstcallError && USAGE_ERRORS.includes(error.code);
    const text = isUsage ? `${error.message}; --help says more` : ((error as Error).stack ?? error);
    process.stderr.write(`bench: ${text}\n`);
    return isUsage ? 2 : 1;
  }
}

/** Returns whether all checks passed. */
async function measureAndShow(options: BenchOptions): Promise<boolean> {
  const { fromFile, compareFile, pictureFile } = options;
  const benches = chosenBenches(options);
  // Read before anything is measured, which takes minutes.
  const before = compareFile === null ? null : await readResults(compareFile);
  if (fromFile !== null) {
    const results = await readResults(fromFile);
    return showResults(results, { file: resolve(fromFile), before, pictureFile, say });
  }
  const file = resolve(options.jsonFile ?? latestFile());
  const text = await runBenches(benches, options, unfinishedFile(file));
  if (file === latestFile()) await keepLatest();
  await writeWhole(file, text);
  await rm(unfinishedFile(file), { force: true });
  return showResults(parseResults(text, file), { file, before, pictureFile, say });
}

function chosenBenches({ names }: BenchOptions): Bench[] {
  for (const name of names) {
    if (BENCHES.some((bench) => bench.name === name)) continue;
    const known = BENCHES.map((bench) => bench.name).join(', ');
    throw new FirstcallError('badOptions', `no benchmark "${name}": there are ${known}`);
  }
  return BENCHES.filter((bench) => {
    const isNamed = names.includes(bench.name);
    if (!isNamed && names.length > 0) return false;
    const missing = bench.missing?.() ?? null;
    if (isNamed && missing !== null) {
      throw new FirstcallError('badOptions', `${bench.name} cannot run: ${missing}`);
    }
    return missing === null;
  });
}

/** The figures in their written form; meanwhile those of the benchmarks so far stand in `unfinished`. */
async function runBenches(
  benches: readonly Bench[],
  options: BenchOptions,
  unfinished: string,
): Promise<string> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  for (const line of machineLines(machine)) say(line);
  say(
    'p50 and p99: medians over rounds; p99.9 and max: all rounds together; -: too few samples to say',
  );
  say('x: times the baseline, which took turns with it; only these travel to another machine');
  const reports: [Bench, BenchReport][] = [];
  const leftOut = new Map(BENCHES.map((bench) => [bench.name, bench.missing?.() ?? null]));
  let text = '';
  for (const [i, bench] of benches.entries()) {
    process.stderr.write(`benchmark ${i + 1} of ${benches.length}: ${bench.name}\n`);
    const report = await runBench(bench, options, unfinished).catch((error) =>
      brokenReport(bench, error),
    );
    for (const line of reportLines(bench, report)) say(line);
    reports.push([bench, report]);
    const { effort } = options;
    text = writtenForm(resultsOf({ startedAt, machine, effort, reports, leftOut }));
    await writeWhole(unfinished, text);
  }
  if (options.names.length === 0) {
    for (const [name, why] of leftOut) if (why !== null) say(`\nleft out: ${name}: ${why}`);
  }
  return text;
}

/** One that broke does not take the figures of the others with it. */
function brokenReport({ name }: Bench, error: Error): BenchReport {
  process.stderr.write(`bench: ${name}: ${error.stack ?? error}\n`);
  const check = {
    name: 'it ran to its end',
    passed: false,
    detail: String(error.message ?? error),
  };
  return { tables: [], checks: [check], notes: [] };
}

async function runBench(
  bench: Bench,
  { effort }: BenchOptions,
  unfinished: string,
): Promise<BenchReport> {
  const undos = new UndoStack();
  let isStopping = false;
  const interrupt = (signal: NodeJS.Signals): void => {
    isStopping = true;
    const kept = existsSync(unfinished)
      ? `; --from ${unfinished} shows what was measured before`
      : '';
    say(`${signal}: stopping; ${bench.name} has no figures${kept}`);
    void undos.run().finally(() => process.exit(130));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  const beganMs = performance.now();
  const progress = (line: string): void => {
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(0).padStart(3);
    process.stderr.write(`${seconds} s  ${bench.name}: ${line}\n`);
  };
  try {
    return await bench.run({ effort, progress, defer: (undo) => undos.add(undo) });
  } catch (error) {
    // What it needs is being stopped: that is no failure of its own, and the process ends with it.
    if (isStopping) await new Promise(() => {});
    throw error;
  } finally {
    await undos.run();
    for (const signal of signals) process.off(signal, interrupt);
  }
}
