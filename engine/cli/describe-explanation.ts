import type { Explanation, MetricExplanation } from '../../schemas/explanation.ts';
import { type Column, formatNumber, formatTable } from './table.ts';

/** An explanation as a person reads it: the sentence, the parts, and what stands behind each. */
export function describeExplanation(explanation: Explanation): string {
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
