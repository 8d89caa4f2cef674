import { randomInt } from 'node:crypto';
import { FirstcallError } from '../schemas/errors.ts';
import { ENTRIES } from './entries.ts';
import type { FuzzEntry } from './entry.ts';
import { parseOptions } from './options.ts';
import { reportLines } from './report.ts';
import { runEntry } from './run-entry.ts';

const MS_MAX = 20 * 60_000;

const HELP = `Usage: npm run fuzz -- [entries] [--seed N] [--runs N] [--path P]

Feeds bad input to every place where input comes in. Each input must be taken or refused with a reason,
within a second and 16 MB, without holding the process for 50 ms, and leave no trace in a prototype.

Entries (all, unless named):
${ENTRIES.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join('\n')}

  --seed N   the same seed makes the same inputs (any, unless said; it is printed)
  --runs N   inputs for each entry, besides those that are known to hurt parsers (2,000)
  --path P   one case of one entry, as a run that failed has printed it

The exit code is 1 when an input did what it must not, 2 when the arguments are not understood.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2), randomInt(2 ** 31 - 1));
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const entries = chosenEntries(options.names);
    say(`seed ${options.seed}, ${options.runs} inputs for each entry`);
    let failures = 0;
    for (const entry of entries) {
      const report = await runEntry(entry, { ...options, msMax: MS_MAX });
      for (const line of reportLines(report)) say(line);
      if (report.failure !== null) failures++;
    }
    say(failures === 0 ? 'nothing failed' : `${failures} entries FAILED`);
    return failures === 0 ? 0 : 1;
  } catch (error) {
    const isUsage = error instanceof FirstcallError && error.code === 'badOptions';
    const text = isUsage ? `${error.message}; --help says more` : ((error as Error).stack ?? error);
    process.stderr.write(`fuzz: ${text}\n`);
    return isUsage ? 2 : 1;
  }
}

function chosenEntries(names: readonly string[]): FuzzEntry[] {
  for (const name of names) {
    if (ENTRIES.some((entry) => entry.name === name)) continue;
    const known = ENTRIES.map((entry) => entry.name).join(', ');
    throw new FirstcallError('badOptions', `no entry "${name}": there are ${known}`);
  }
  return ENTRIES.filter(({ name }) => names.length === 0 || names.includes(name));
}
