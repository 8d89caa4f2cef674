import { FirstcallError } from '../../../schemas/errors.ts';
import type { Explanation } from '../../../schemas/explanation.ts';
import type { Micros } from '../../../schemas/ids.ts';
import { textFlag, timeFlag } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { describeExplanation } from '../describe-explanation.ts';
import { askExplanation } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { becomeLogProcess } from '../log-process.ts';
import { printAnswer } from '../print-answer.ts';

/** How far beyond the newest a score is still worth projecting: clocks differ, and markets close. */
const AHEAD_MICROS_MAX = 86_400e6;

const DECISION_ID = /^[0-9a-f]{16}$/;

export const explainCommand: Command = {
  name: 'explain',
  summary: 'How the score of a dealer, or a decision of the past, comes about.',
  usage: 'DEALER [--scope SCOPE] [flags] | DECISION [--json]',
  details: [
    'DECISION, 16 hexadecimal digits, takes a recorded decision again from the log that --nats-url and --log or --store-dir name, and says whether it comes out the same to the last bit (exit code 1: it does not), with the rules, the plan and whatever traders changed.',
    'DEALER prints, for each metric, its estimate, weight and contribution (they add up to the composite, to the last bit), and what was observed at each scope that the estimate shrinks through.',
    "A moment of the past is read with the model of --config, from the log that --nats-url and --log or --store-dir name; it is refused when they are not the engine's.",
  ],
  flags: {
    scope: {
      type: 'string',
      value: 'SCOPE',
      description: 'ALL, an asset class, a segment, issuer:ID or instrument:ID. Default: ALL.',
    },
    'as-of': {
      type: 'string',
      value: 'TIME',
      description:
        'ISO 8601. For a moment of the past the log is read again. Default: the watermark.',
    },
    url: URL_FLAG,
    json: { type: 'boolean', description: 'Print the whole answer as JSON.' },
  },
  settings: ['host', 'port', 'log', 'natsUrl', 'storeDir'],
  positionals: [1, 1],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const [subject = ''] = invocation.positionals;
  if (DECISION_ID.test(subject)) {
    await becomeLogProcess(invocation, 'decision', ['--decision', subject]);
    return 0;
  }
  const url = engineUrl(invocation);
  const dealer = subject;
  const scope = textFlag(invocation, 'scope') ?? 'ALL';
  const asOf = timeFlag(invocation, 'as-of') ?? null;
  try {
    const explanation = await askExplanation(url, dealer, scope, asOf);
    if (asOf !== null) await refuseFuture(asOf, askExplanation(url, dealer, scope, null));
    printAnswer(invocation, explanation, describeExplanation);
  } catch (error) {
    if (!(error instanceof FirstcallError) || error.code !== 'pastMoment') throw error;
    const asked = ['--engine', url, '--dealer', dealer, '--scope', scope];
    // The engine keeps the present only; the past is read again.
    await becomeLogProcess(invocation, 'explain', [...asked, '--as-of', String(asOf)]);
  }
  return 0;
}

async function refuseFuture(asOf: Micros, present: Promise<Explanation>): Promise<void> {
  const { asOf: newest } = await present;
  if (asOf <= newest + AHEAD_MICROS_MAX) return;
  const [asked, known] = [asOf, newest].map((t) => new Date(t / 1000).toISOString());
  const message = `--as-of: ${asked} is more than a day after the newest that the engine has read, ${known}`;
  throw new FirstcallError('futureMoment', message);
}
