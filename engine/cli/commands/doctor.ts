import type { Command, Invocation } from '../command.ts';
import { CHECKS, type CheckResult } from '../doctor/checks.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Check whether this machine has what Firstcall needs, and say what to do.',
  usage: '[flags]',
  details: ['Prints one line for each check. Exit code 1 if something that is needed is missing.'],
  flags: {},
  settings: ['host', 'port', 'storeDir', 'natsUrl', 'clickhouseUrl'],
  positionals: [0, 0],
  run,
};

const MARKS = { ok: 'ok  ', warning: 'warn', missing: 'FAIL' } as const;

async function run({ config }: Invocation): Promise<number> {
  let missing = 0;
  for (const [name, check] of Object.entries(CHECKS)) {
    const { state, text } = await check(config).catch(
      (error: Error): CheckResult => ({ state: 'missing', text: error.message }),
    );
    if (state === 'missing') missing += 1;
    process.stdout.write(`${MARKS[state]}  ${name.padEnd(14)} ${text}\n`);
  }
  const verdict = missing === 0 ? 'Ready: npm start' : `${missing} of what is needed is missing.`;
  process.stdout.write(`\n${verdict}\n`);
  return missing === 0 ? 0 : 1;
}
