import { parseArgs } from 'node:util';
import { describeMachine, machineLines } from '../bench/support/machine.ts';
import { reportLines } from '../bench/support/print.ts';
import { ROLE_ARGUMENT, serveRole } from '../bench/support/role.ts';
import { UndoStack } from '../bench/support/undo-stack.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { Experiment, ExperimentReport } from './experiment.ts';
import { EXPERIMENTS } from './experiments.ts';
import { ROLES } from './roles.ts';

const HELP = `Usage: npm run reliability -- [names] [--quick]

Brings faults about on purpose, with real servers, and checks what must hold all the same.

Experiments (all, unless named):
${EXPERIMENTS.map(({ name, question }) => `  ${name.padEnd(16)} ${question}`).join('\n')}

  --quick   seconds instead of minutes: shows that everything works

The exit code is 1 when a check fails, 2 when the arguments are not understood.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const role = process.argv[2] === ROLE_ARGUMENT ? process.argv[3] : undefined;
if (role !== undefined) serveRole(ROLES[role]!());
else process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { names, quick, help } = readArguments(process.argv.slice(2));
    if (help) {
      process.stdout.write(HELP);
      return 0;
    }
    for (const line of machineLines(describeMachine())) say(line);
    let failed = 0;
    for (const experiment of chosen(names)) {
      const report = await run(experiment, quick);
      for (const line of reportLines(experiment, report)) say(line);
      failed += report.checks.filter(({ passed }) => !passed).length;
    }
    say(`\n${failed === 0 ? 'all checks passed' : `${failed} checks FAILED`}`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    const isUsage = error instanceof FirstcallError && error.code === 'badOptions';
    const text = isUsage ? `${error.message}; --help says more` : ((error as Error).stack ?? error);
    process.stderr.write(`reliability: ${text}\n`);
    return isUsage ? 2 : 1;
  }
}

/** Throws FirstcallError `badOptions`. */
function readArguments(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return { names: positionals, quick: values.quick ?? false, help: values.help ?? false };
  } catch (cause) {
    throw new FirstcallError('badOptions', (cause as Error).message, { cause });
  }
}

function chosen(names: readonly string[]): readonly Experiment[] {
  for (const name of names) {
    if (EXPERIMENTS.some((experiment) => experiment.name === name)) continue;
    const known = EXPERIMENTS.map((experiment) => experiment.name).join(', ');
    throw new FirstcallError('badOptions', `no experiment "${name}": there are ${known}`);
  }
  return EXPERIMENTS.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function run(experiment: Experiment, quick: boolean): Promise<ExperimentReport> {
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
    process.stderr.write(`${seconds} s  ${experiment.name}: ${line}\n`);
  };
  try {
    return await experiment.run({ quick, progress, defer: (undo) => undos.add(undo) });
  } finally {
    await undos.run();
    for (const signal of signals) process.off(signal, interrupt);
  }
}
