import { parseArgs } from 'node:util';
import { ROLE_ARGUMENT, serveRole } from '../bench/support/role.ts';
import { failover } from './failover.ts';
import { historyKills } from './history-kills.ts';
import { natsKills } from './nats-kills.ts';
import { ROLES } from './roles.ts';
import { subscribersTrial } from './subscribers/subscribers-trial.ts';
import { runTrial } from './support/run-trial.ts';
import type { Trial } from './support/trial.ts';

const TRIALS: readonly Trial[] = [natsKills, historyKills, subscribersTrial, failover];

const HELP = `Usage: npm run reliability -- NAME [--quick] [--seed N]

Breaks a running system on purpose and looks whether anything was lost or doubled.

${TRIALS.map(({ name, question }) => `  ${name.padEnd(16)} ${question}`).join('\n')}

  --quick    a few faults instead of many
  --seed N   what happens when; printed, so that a run can be repeated (1)

The exit code is 1 when a check fails, 2 when the arguments are not understood.
`;

const role = process.argv[2] === ROLE_ARGUMENT ? process.argv[3] : undefined;
if (role !== undefined) serveRole(ROLES[role]!());
else process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const trial = TRIALS.find(({ name }) => name === positionals[0]);
    const seed = Number(values.seed ?? 1);
    const isUnderstood = trial !== undefined && positionals.length === 1;
    if (isUnderstood && Number.isSafeInteger(seed) && values.help !== true) {
      return await runTrial(trial, { seed, isQuick: values.quick ?? false });
    }
    (values.help === true ? process.stdout : process.stderr).write(HELP);
    return values.help === true ? 0 : 2;
  } catch (error) {
    process.stderr.write(`reliability: ${(error as Error).stack}\n`);
    return (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true ? 2 : 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}
