import { FirstcallError } from '../../../schemas/errors.ts';
import type { DealerId } from '../../../schemas/ids.ts';
import type { Override, OverrideRequest } from '../../../schemas/override.ts';
import type { Plan, Protocol } from '../../../schemas/selection.ts';
import { numberFlag, requiredFlag, requireFlags, textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { askDecision, postOverride } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';

const KINDS: readonly string[] = ['parallel', 'staggered', 'sequential'];
const DAY_SECONDS = 86_400;

export const overrideCommand: Command = {
  name: 'override',
  summary: 'Record that a trader calls others than a decision says, and why.',
  usage: 'DECISION --by NAME --reason TEXT [flags]',
  details: [
    'Takes the id of a decision that the engine has made lately, and what the trader does instead. Both lists go into the audit log. A dealer that a rule or the dealer database excludes cannot be added.',
  ],
  flags: {
    by: { type: 'string', value: 'NAME', description: 'Who overrides.' },
    reason: { type: 'string', value: 'TEXT', description: 'Why.' },
    add: { type: 'string', value: 'A,B', description: 'Dealers to call as well, at the end.' },
    drop: { type: 'string', value: 'A,B', description: 'Dealers not to call.' },
    order: { type: 'string', value: 'A,B', description: 'All that are called, first one first.' },
    protocol: { type: 'string', value: 'KIND', description: `One of ${KINDS.join(', ')}.` },
    delay: { type: 'string', value: 'S', description: 'Seconds from one ask to the next.' },
    timeout: { type: 'string', value: 'S', description: 'Seconds that a dealer may answer.' },
    url: URL_FLAG,
    json: { type: 'boolean', description: 'Print the record as JSON.' },
  },
  settings: ['host', 'port'],
  positionals: [1, 1],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const url = engineUrl(invocation);
  const decisionId = invocation.positionals[0]!;
  requireFlags(invocation, ['by', 'reason']);
  const request: OverrideRequest = {
    by: requiredFlag(invocation, 'by'),
    reason: requiredFlag(invocation, 'reason'),
    ...dealersOf(invocation, 'add'),
    ...dealersOf(invocation, 'drop'),
    ...dealersOf(invocation, 'order'),
    ...(await protocolOf(invocation, url, decisionId)),
  };
  const override = await postOverride(url, decisionId, request);
  printAnswer(invocation, override, describeOverride);
  return 0;
}

function dealersOf(invocation: Invocation, flag: 'add' | 'drop' | 'order') {
  const text = textFlag(invocation, flag);
  if (text === undefined) return {};
  const ids = text.split(',').map((id) => id.trim());
  return { [flag]: ids.filter((id) => id !== '') as DealerId[] };
}

/** What is not said stays as the decision has it. */
async function protocolOf(
  invocation: Invocation,
  url: string,
  decisionId: string,
): Promise<{ protocol?: Protocol }> {
  const kind = textFlag(invocation, 'protocol');
  const delay = numberFlag(invocation, 'delay', 0, DAY_SECONDS);
  const timeout = numberFlag(invocation, 'timeout', Number.MIN_VALUE, DAY_SECONDS);
  if (kind !== undefined && !KINDS.includes(kind)) {
    throw new UsageError(`--protocol: must be one of ${KINDS.join(', ')}, not "${kind}"`);
  }
  if (kind === undefined && delay === undefined && timeout === undefined) return {};
  const { plan } = await askDecision(url, decisionId);
  const asked = kind ?? plan.kind;
  if (asked === 'parallel' && delay !== undefined && delay > 0) {
    const whose = kind === undefined ? 'as the decision has it' : 'as --protocol says';
    const message = `--delay: has no effect in parallel, ${whose}; leave it out, or give --protocol staggered or sequential`;
    throw new FirstcallError('badOverride', message);
  }
  const protocol = {
    kind: asked as Protocol['kind'],
    timeoutSeconds: timeout ?? plan.timeoutSeconds,
    isTwoSided: plan.isTwoSided,
  };
  return { protocol: { ...protocol, delaySeconds: delay ?? delayOf(protocol, plan) } };
}

/** One dealer after the other without a delay would be all at once. */
function delayOf(protocol: Pick<Protocol, 'kind' | 'timeoutSeconds'>, plan: Plan): number {
  if (protocol.kind === 'parallel') return 0;
  return plan.delaySeconds > 0 ? plan.delaySeconds : protocol.timeoutSeconds;
}

function describeOverride(override: Override): string {
  const { decisionId, orderId, by, reason, recommended, called, plan, breaks } = override;
  return [
    `decision ${decisionId} of order ${orderId}, overridden by ${by}: ${reason}`,
    `recommended: ${recommended.join(', ')}`,
    `called:      ${called.join(', ')}`,
    `${plan.kind}, ${plan.delaySeconds} s apart, ${plan.timeoutSeconds} s to answer`,
    ...breaks.map((sentence) => `note: ${sentence}`),
    '',
  ].join('\n');
}
