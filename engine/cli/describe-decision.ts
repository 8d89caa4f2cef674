import { otherDealers } from '../../schemas/other-dealers.ts';
import type { RecordedOverride } from '../../schemas/override.ts';
import type {
  FilteredDealer,
  PlanStep,
  PreTrade,
  RuleTrace,
  SelectedDealer,
  Selection,
} from '../../schemas/selection.ts';
import { type Column, formatNumber, formatTable } from './table.ts';

/** A decision as a trader reads it: the list and why, who was left out, the rules, the plan. */
export function describeDecision(decision: Selection): string {
  const { order, dealers, filtered, rankedScope, scopes } = decision;
  return [
    ...warningsOf(decision),
    `${order.side} ${order.quantity} of ${order.instrumentId}, as of ${timeOf(decision.asOf)}`,
    `ranked at ${rankedScope}; scores shrink through ${scopes.join(', ')}`,
    '',
    dealers.length === 0 ? 'no dealer is recommended\n' : formatTable(COLUMNS, dealers),
    ...describePlan(decision),
    ...describeRules(decision.rules),
    ...(filtered.length === 0 ? [] : ['not considered:', formatTable(FILTERED, filtered)]),
    ...describePreTrade(decision.preTrade),
    ...notesOf(decision),
    '',
  ].join('\n');
}

/** A decision of the past, whether it comes out the same today, and what was made of it. */
export function describeRecreated(
  decision: Selection,
  differences: readonly string[],
  overrides: readonly RecordedOverride[],
): string {
  const { partitions, all } = decision.position;
  const messages = partitions.reduce((sum, sequence) => sum + sequence, all);
  const verdict =
    differences.length === 0
      ? `taken again from ${messages} messages of the log: the same to the last bit`
      : `taken again from ${messages} messages of the log: it DIFFERS in`;
  return [
    `decision ${decision.decisionId}, order ${decision.orderId}`,
    verdict,
    ...differences.map((difference) => `  ${difference}`),
    '',
    describeDecision(decision),
    ...describeOverrides(overrides),
  ].join('\n');
}

const COLUMNS: readonly Column<SelectedDealer>[] = [
  { title: 'call', align: 'right', text: ({ callOrder }) => String(callOrder) },
  { title: 'dealer', align: 'left', text: ({ dealerId }) => dealerId },
  { title: 'rank', align: 'right', text: ({ rank }) => (rank === null ? '-' : String(rank)) },
  { title: 'score', align: 'right', text: ({ displayScore }) => formatNumber(displayScore, 1) },
  { title: 'composite', align: 'right', text: compositeOf },
  { title: 'why', align: 'left', text: ({ reason }) => reason },
];

const FILTERED: readonly Column<FilteredDealer>[] = [
  { title: '  dealer', align: 'left', text: ({ dealerId }) => `  ${dealerId}` },
  { title: 'why', align: 'left', text: ({ why }) => why },
  { title: 'rule', align: 'left', text: ({ rule }) => rule ?? 'dealer database' },
];

function compositeOf({ composite, compositeStandardError: error }: SelectedDealer): string {
  const spread = error === null ? '' : ` +-${formatNumber(error, 3)}`;
  return `${formatNumber(composite, 3)}${spread}`;
}

function describePlan({ plan }: Selection): string[] {
  const { kind, delaySeconds, timeoutSeconds, isTwoSided, steps } = plan;
  if (steps.length === 0) return [];
  const sides = isTwoSided ? 'two-sided' : 'one-sided';
  const ask = ({ dealerId, askAtSeconds }: PlanStep) => `${dealerId} at ${askAtSeconds} s`;
  const when = kind === 'parallel' ? '' : `: ${steps.map(ask).join(', ')}`;
  const delay = kind === 'parallel' ? '' : `, ${delaySeconds} s apart`;
  return [`plan: ${kind}, ${sides}${delay}, ${timeoutSeconds} s to answer${when}`];
}

function describeRules({ matched, nearly, undecided }: RuleTrace): string[] {
  const sets = (fields: readonly string[]) =>
    fields.length === 0 ? 'set nothing: others came first' : `set ${fields.join(', ')}`;
  return [
    ...matched.map((rule) => `rule "${rule.name}" matched and ${sets(rule.sets)}`),
    ...nearly.map(({ name, missed }) => `rule "${name}" nearly matched: ${missed}`),
    ...undecided.map(({ name, why }) => `rule "${name}" could not be decided: ${why}`),
  ];
}

function describePreTrade(preTrade: PreTrade): string[] {
  const { mid, spreadCostBps, impactBps, uncertaintyBps, recommended, curve, benchmark } = preTrade;
  const figures = [
    `mid ${formatNumber(mid, 4)}`,
    `spread cost ${formatNumber(spreadCostBps, 2)}`,
    `impact ${formatNumber(impactBps, 2)}`,
    `uncertainty ${formatNumber(uncertaintyBps, 2)} bps`,
  ];
  const best = curve.find(({ dealers }) => dealers === recommended);
  const net =
    best === undefined
      ? ''
      : `; of so many the best should be ${formatNumber(best.gainBps, 2)} bps against mid, and leak ${formatNumber(best.leakageBps, 2)}`;
  const quote =
    benchmark === null
      ? ''
      : `; a competitive quote is ${formatNumber(benchmark.price, 4)} +-${formatNumber(benchmark.toleranceBps, 2)} bps`;
  return [
    `before the trade: ${figures.join(', ')}`,
    `dealers worth asking: ${recommended}${net}${quote}`,
  ];
}

/** What makes the list another one than was asked for: before anything that may scroll away. */
function warningsOf({ order, instrumentKnown, rankedScope, ...decision }: Selection): string[] {
  const { degraded, degradedPartitions } = decision;
  const unknown = `warning: ${order.instrumentId} is not in the security master, so dealers are ranked at ${rankedScope}; \`firstcall instruments\` lists what is`;
  const older = `warning: partitions ${degradedPartitions.join(', ')} are being rebuilt: older scores`;
  return [...(instrumentKnown ? [] : [unknown]), ...(degraded ? [older] : [])];
}

function notesOf(decision: Selection): string[] {
  const { orderId, modelHash, rulesHash, exploration, decisionId } = decision;
  const drawn = exploration?.isDrawn === true ? exploration.dealerId : null;
  return [
    ...(drawn === null ? [] : [`the last place was drawn: ${drawn}`]),
    sayOthers(decision),
    `decision ${decisionId}, order ${orderId}, model ${modelHash}, rules ${rulesHash}`,
  ];
}

/** Of those who were not recommended, the next that would have been. */
const NEXT_SHOWN = 5;

function sayOthers(decision: Selection): string {
  const others = otherDealers(decision);
  const next = others.slice(0, NEXT_SHOWN).map(({ dealerId, rank }) => {
    return `${dealerId} (${rank === null ? 'too little evidence' : `rank ${rank}`})`;
  });
  const more = `${others.length} more dealers were considered and not recommended`;
  return next.length === 0
    ? more
    : `${more}: ${next.join(', ')}${others.length > NEXT_SHOWN ? ', ...' : ''}`;
}

/** Oldest first, as they come; the last one is what was done. */
function describeOverrides(overrides: readonly RecordedOverride[]): string[] {
  if (overrides.length === 0) return [];
  const times = overrides.length === 1 ? 'once' : `${overrides.length} times; the last one holds`;
  const lines = overrides.map(({ tsRecorded, by, reason, called, plan }, i) => {
    const holds = i === overrides.length - 1 ? ' (holds)' : '';
    return `  ${timeOf(tsRecorded)} by ${by}: ${reason}; called ${called.join(', ')}, ${plan.kind}${holds}`;
  });
  return [`overridden ${times}:`, ...lines, ''];
}

function timeOf(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
