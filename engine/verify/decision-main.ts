import { parseArgs } from 'node:util';
import { describeRecreated } from '../cli/describe-decision.ts';
import { DealerHistory } from './dealer-history.ts';
import { findDecision, findOverrides } from './find-decision.ts';
import { type LogTool, runLogTool } from './log-tool.ts';
import { PastRules } from './past-rules.ts';
import { recreate } from './recreate.ts';

const { values: flags } = parseArgs({
  options: {
    decision: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});

await runLogTool('explain', explainDecision);

/** Takes a recorded decision again from the log, and says how it came about. */
async function explainDecision({ nc, names, reading, modelHash }: LogTool): Promise<number> {
  const { model, partitions } = reading;
  const decision = await findDecision(nc, names, flags.decision);
  const dealers = await DealerHistory.read(nc, names, partitions);
  const rules = await PastRules.read(nc, names, model);
  const context = { nc, names, partitions, model, modelHash, dealers, rules };
  const overrides = await findOverrides(nc, names, flags.decision);
  for await (const { selection, differences } of recreate([decision], context)) {
    const isIdentical = differences.length === 0;
    const answer = { decision, isIdentical, differences, selection, overrides };
    const text = flags.json
      ? JSON.stringify(answer, null, 2)
      : describeRecreated(decision, differences, overrides);
    process.stdout.write(`${text}\n`);
    if (!isIdentical) return 1;
  }
  return 0;
}
