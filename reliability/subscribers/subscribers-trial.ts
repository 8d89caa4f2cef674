import { describeMachine, machineLines } from '../../bench/support/machine.ts';
import { reportLines } from '../../bench/support/print.ts';
import type { Trial } from '../support/trial.ts';
import { subscribers } from './subscribers.ts';

/** The experiment with its tables, as a trial that is judged by its checks. */
export const subscribersTrial: Trial = {
  name: subscribers.name,
  question: subscribers.question,
  run: async ({ isQuick, say, defer }) => {
    for (const line of machineLines(describeMachine())) say(line);
    const progress = (line: string): void => void process.stderr.write(`${line}\n`);
    const report = await subscribers.run({ quick: isQuick, progress, defer });
    for (const line of reportLines(subscribers, { ...report, checks: [] })) say(line);
    return report.checks.map(({ name, passed, detail }) => ({ name, passed, found: detail }));
  },
};
