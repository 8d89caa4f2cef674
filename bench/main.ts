import { FirstcallError } from '../schemas/errors.ts';
import { BENCHES } from './benches.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { ROLES } from './roles.ts';
import type { Bench } from './support/bench.ts';
import { describeMachine, machineLines } from './support/machine.ts';
import { reportLines } from './support/print.ts';
import type { BenchReport } from './support/report.ts';
import { defaultResultsFile, writeResults } from './support/results-file.ts';
import { ROLE_ARGUMENT, serveRole } from './support/role.ts';
import { UndoStack } from './support/undo-stack.ts';

const HELP = `Usage: npm run bench -- [names] [--quick] [--seconds N] [--events N] [--rate N] [--json FILE]

Measures this machine; every figure stands beside a baseline from the same minutes.

Benchmarks (all, unless named):
${BENCHES.map(({ name, question }) => `  ${name.padEnd(22)} ${question}`).join('\n')}

  --quick       a minute for all: shows that everything works; too short for the far percentiles
  --seconds N   seconds of measuring for each benchmark (45; with --quick 4)
  --events N    events in the log of catch-up and scale-out, however long that takes
  --rate N      events a second of select-under-load, whether the engine carries them or not
  --json FILE   where the figures go (bench/results/latest.json)

The exit code is 1 when a check fails (then the figures mean nothing) or something else goes wrong,
2 when the arguments are not understood.
`;

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
    return await runBenches(chosenBenches(options), options);
  } catch (error) {
    const isUsage = error instanceof FirstcallError && error.code === 'badOptions';
    const text = isUsage ? `${error.message}; --help says more` : ((error as Error).stack ?? error);
    process.stderr.write(`bench: ${text}\n`);
    return isUsage ? 2 : 1;
  }
}

function chosenBenches({ names }: BenchOptions): Bench[] {
  for (const name of names) {
    if (BENCHES.some((bench) => bench.name === name)) continue;
    const known = BENCHES.map((bench) => bench.name).join(', ');
    throw new FirstcallError('badOptions', `no benchmark "${name}": there are ${known}`);
  }
  return BENCHES.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function runBenches(benches: readonly Bench[], options: BenchOptions): Promise<number> {
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  for (const line of machineLines(machine)) say(line);
  say(
    'p50 and p99: medians over rounds; p99.9 and max: all rounds together; -: too few samples to say',
  );
  say('x: times the baseline, which took turns with it; only these travel to another machine');
  const results: { bench: Bench; report: BenchReport }[] = [];
  for (const bench of benches) {
    const report = await runBench(bench, options);
    for (const line of reportLines(bench, report)) say(line);
    results.push({ bench, report });
  }
  const file = options.jsonFile ?? defaultResultsFile();
  await writeResults(file, { startedAt, machine, effort: options.effort, results });
  const failed = results.flatMap(({ report }) => report.checks).filter(({ passed }) => !passed);
  say(`\n${failed.length === 0 ? 'all checks passed' : `${failed.length} checks FAILED`}; ${file}`);
  return failed.length === 0 ? 0 : 1;
}

async function runBench(bench: Bench, { effort }: BenchOptions): Promise<BenchReport> {
  const undos = new UndoStack();
  const interrupt = (signal: NodeJS.Signals): void => {
    say(`${signal}: stopping`);
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
  } finally {
    await undos.run();
    for (const signal of signals) process.off(signal, interrupt);
  }
}
