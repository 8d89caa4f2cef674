import type { Explanation, MetricExplanation } from '../../../schemas/explanation.ts';
import type { Micros } from '../../../schemas/ids.ts';
import { textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { askExplanation, configuredUrl } from '../engine-client.ts';
import { type Column, formatNumber, formatTable } from '../table.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'How the score of a dealer comes about, from raw sums to composite.',
  usage: 'DEALER [--scope SCOPE] [flags]',
  details: [
    'Prints, for each metric, its estimate, weight and contribution (they add up to the composite, to the last bit), and what was observed at each scope that the estimate shrinks through.',
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
      description: 'ISO 8601; not before the watermark. Default: the watermark.',
    },
    url: { type: 'string', value: 'URL', description: 'The engine. Default: from host and port.' },
    json: { type: 'boolean', description: 'Print the whole answer as JSON.' },
  },
  settings: ['host', 'port'],
  positionals: [1, 1],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const url = textFlag(invocation, 'url') ?? configuredUrl(invocation.config);
  const scope = textFlag(invocation, 'scope') ?? 'ALL';
  const asOf = readAsOf(textFlag(invocation, 'as-of'));
  const explanation = await askExplanation(url, invocation.positionals[0]!, scope, asOf);
  const text = invocation.flags.has('json')
    ? `${JSON.stringify(explanation, null, 2)}\n`
    : describeExplanation(explanation);
  process.stdout.write(text);
  return 0;
}

function readAsOf(text: string | undefined): Micros | null {
  if (text === undefined) return null;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms) && ms >= 0) return ms * 1000;
  throw new UsageError(`--as-of: must be a time such as 2026-01-31T14:30:00Z, not "${text}"`);
}

function describeExplanation(explanation: Explanation): string {
  const { dealerId, scope, asOf, composite, compositeStandardError, metrics } = explanation;
  const { tier, appetite } = explanation;
  const weighted = metrics.filter(({ weight }) => weight > 0);
  const others = metrics.filter(({ weight }) => weight === 0);
  return [
    `${dealerId} at ${scope}, as of ${new Date(asOf / 1000).toISOString()}`,
    explanation.reason,
    '',
    formatTable(PARTS, weighted),
    `composite ${composite} +- ${formatNumber(compositeStandardError, 4)}, score ${formatNumber(explanation.displayScore, 1)} of 10, tier ${tier ?? '-'}, appetite ${appetite.state}${appetite.z === null ? '' : ` (z ${appetite.z.toFixed(2)})`}`,
    ...(others.length === 0 ? [] : ['', 'beside it, with weight 0:', formatTable(PARTS, others)]),
    '',
    ...[...weighted, ...others].map(describeMetric),
    `model ${explanation.modelHash}, rules ${explanation.rulesHash}`,
    '',
  ].join('\n');
}

const PARTS: readonly Column<MetricExplanation>[] = [
  { title: 'metric', align: 'left', text: (part) => part.metric },
  { title: 'estimate', align: 'right', text: (part) => formatNumber(part.estimate, 4) },
  { title: 'se', align: 'right', text: (part) => formatNumber(part.standardError, 4) },
  { title: 'normalised', align: 'right', text: (part) => formatNumber(part.normalised, 4) },
  { title: 'weight', align: 'right', text: (part) => formatNumber(part.weight, 2) },
  { title: 'contribution', align: 'right', text: (part) => formatNumber(part.contribution, 6) },
];

type Step = MetricExplanation['scopes'][number];

const STEPS: readonly Column<Step>[] = [
  { title: '  scope', align: 'left', text: (step) => `  ${step.scope}` },
  { title: 'observations', align: 'right', text: (step) => String(step.count) },
  { title: 'mass', align: 'right', text: (step) => formatNumber(step.mass, 3) },
  { title: 'mean', align: 'right', text: (step) => formatNumber(step.mean, 4) },
  { title: 'n_eff', align: 'right', text: (step) => formatNumber(step.effectiveSample, 2) },
  { title: 'estimate', align: 'right', text: (step) => formatNumber(step.estimate, 4) },
];

function describeMetric({
  metric,
  memory,
  halfLifeMicros,
  priorStrength,
  field,
  scopes,
}: MetricExplanation): string {
  const days = formatNumber(halfLifeMicros / 86_400e6, 1);
  const head = `${metric} (${memory} memory, half-life ${days} d, k = ${priorStrength}); all dealers pooled: ${formatNumber(field, 4)}`;
  return `${head}\n${formatTable(STEPS, scopes)}`;
}
