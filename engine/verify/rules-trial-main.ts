import { parseArgs } from 'node:util';
import { contentHash } from '../platform/hash.ts';
import { readTextFile } from '../platform/read-text-file.ts';
import { readRules } from '../rules/rules-file.ts';
import { MICROS_PER_DAY, type Model } from '../scoring/model.ts';
import { DealerHistory } from './dealer-history.ts';
import { describeTrial } from './describe-trial.ts';
import { type LogTool, runLogTool } from './log-tool.ts';
import { newestEventTime } from './newest-event.ts';
import type { NamedRules } from './past-selector.ts';
import { tryRules } from './rules-trial.ts';

/** Without --from: what is tried is so much of the log's end. */
const DEFAULT_DAYS = 7;
/** Orders, which are held apart by their ids. */
const ORDERS_MAX = 1_000_000;

const { values: flags } = parseArgs({
  options: {
    mode: { type: 'string', default: 'test' },
    file: { type: 'string', default: '' },
    file2: { type: 'string', default: '' },
    from: { type: 'string' },
    to: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

await runLogTool('rules', trial);

/** Tries the rules of a file, or of two, on orders of the log. */
async function trial({ nc, names, reading, modelHash }: LogTool): Promise<number> {
  const { model, partitions } = reading;
  const files = flags.mode === 'diff' ? [flags.file, flags.file2] : [flags.file];
  const sets: NamedRules[] = [];
  for (const file of files) sets.push(await readSet(file, model));
  const to = flags.to === undefined ? await newestEventTime(nc, names, partitions) : +flags.to;
  const from = flags.from === undefined ? to - DEFAULT_DAYS * MICROS_PER_DAY : +flags.from;
  const limit = flags.limit === undefined ? ORDERS_MAX : Math.min(ORDERS_MAX, +flags.limit);
  const dealers = await DealerHistory.read(nc, names, partitions);
  const context = { nc, names, partitions, model, modelHash, dealers };
  // A period ends before its end; the newest event belongs to it.
  const report = await tryRules(sets, { from, to: to + 1, limit }, context);
  process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : describeTrial(report));
  return 0;
}

async function readSet(file: string, model: Model): Promise<NamedRules> {
  const text = await readTextFile(file);
  const rules = readRules(text, { file, model });
  return { rules, hash: contentHash(rules.canonical) };
}
