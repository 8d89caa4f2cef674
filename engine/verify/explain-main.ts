import { parseArgs } from 'node:util';
import type { DealerId } from '../../schemas/ids.ts';
import { describeExplanation } from '../cli/describe-explanation.ts';
import { askRankings } from '../cli/engine-client.ts';
import { contentHash } from '../platform/hash.ts';
import { canonicalRules, DEFAULT_RULES } from '../rules/rules.ts';
import { BoardSelector } from '../scoreboard/board-selector.ts';
import { NO_DEALER_RECORDS } from '../selection/dealer-records.ts';
import { readLog } from './log-reader.ts';
import { type LogTool, runLogTool } from './log-tool.ts';
import { requireSame } from './which-engine.ts';

const { values: flags } = parseArgs({
  options: {
    engine: { type: 'string', default: '' },
    dealer: { type: 'string', default: '' },
    scope: { type: 'string', default: 'ALL' },
    'as-of': { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});

await runLogTool('explain', explainThen);

/**
 * Explains a score of the past: reads the log again as far as every partition's watermark had to
 * come for the moment to be final, which is when the engine ranked as of it. Only for the engine that
 * was asked: another's score would look just like its own.
 */
async function explainThen(tool: LogTool): Promise<number> {
  const asOf = Number(flags['as-of']);
  const { reading, modelHash } = tool;
  const { model, partitions } = reading;
  await requireSame(flags.engine, await askRankings(flags.engine, 'ALL'), tool);
  const selector = new BoardSelector({
    merged: await readLog({ ...reading, stopAt: asOf }),
    partitions,
    model,
    modelHash,
    rules: DEFAULT_RULES,
    rulesHash: contentHash(canonicalRules(DEFAULT_RULES)),
    records: NO_DEALER_RECORDS,
  });
  const explanation = selector.explain(flags.dealer as DealerId, flags.scope, asOf, []);
  process.stdout.write(
    flags.json ? `${JSON.stringify(explanation, null, 2)}\n` : describeExplanation(explanation),
  );
  return 0;
}
