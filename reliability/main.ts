import { parseArgs } from 'node:util';
import { ROLE_ARGUMENT, serveRole } from '../bench/support/role.ts';
import { coldStart } from './cold-start.ts';
import { engineKills } from './engine-kills.ts';
import { failover } from './failover.ts';
import { historyKills } from './history-kills.ts';
import { natsKills } from './nats-kills.ts';
import { ROLES } from './roles.ts';
import { snapshotFlips } from './snapshot-flips.ts';
import { subscribersTrial } from './subscribers/subscribers-trial.ts';
import { runTrial } from './support/run-trial.ts';
import type { Trial } from './support/trial.ts';

const TRIALS: readonly Trial[] = [
  natsKills,
  historyKills,
  subscribersTrial,
  failover,
  engineKills,
  snapshotFlips,
  coldStart,
];

const HELP = `Usage: npm run reliability -- NAME [--quick] [--seed N] [--kills N] [--tail N]

Breaks a running system on purpose and looks whether anything was lost or doubled.

${TRIALS.map(({ name, question }) => `  ${name.padEnd(16)} ${question}`).join('\n')}

  --quick    a short form
  --seed N   what happens when; printed, so that a run can be repeated (1)
  --kills N  of engine-kills: how often (200)
  --tail N   of cold-start: events that the newest snapshot does not have (1000000)

The exit code is 1 when a check fails, 2 when the arguments are not understood.
`;

const role = process.argv[2] === ROLE_ARGUMENT ? process.argv[3] : undefined;
if (role !== undefined) serveRole(ROLES[role]!());
else process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const trial = TRIALS.find(({ name }) => name === positionals[0]);
    const [seed = 1, kills = null, tail = null] = [values.seed, values.kills, values.tail].map(
      (text) => (text === undefined ? undefined : Number(text)),
    );
    const isUnderstood = trial !== undefined && positionals.length === 1;
    const areNumbers = [seed, kills ?? 1, tail ?? 1].every(Number.isSafeInteger);
    if (isUnderstood && areNumbers && values.help !== true) {
      return await runTrial(trial, { seed, kills, tail, isQuick: values.quick ?? false });
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
      kills: { type: 'string' },
      tail: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}
