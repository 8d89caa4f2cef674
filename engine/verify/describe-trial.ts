import { type Column, formatTable } from '../cli/table.ts';
import type { RuleCount, TrialDifference, TrialReport, TrialSide } from './rules-trial.ts';

/** Orders that are printed one by one. */
const ROWS_MAX = 50;

/** A trial as a person reads it. */
export function describeTrial(report: TrialReport): string {
  const { orders, refused, from, to, sides, differences, differing } = report;
  const period = [from, to].map((ts) => new Date(ts / 1000).toISOString()).join(' to ');
  const left =
    refused === 0 ? '' : `, ${refused} of which came too early or too late to select for`;
  const rest = differences.length - ROWS_MAX;
  return [
    `${orders} orders of ${period}${left}`,
    ...sides.map(describeSide),
    ...(sides.length < 2
      ? []
      : [
          formatTable(DIFFERENCES, differences.slice(0, ROWS_MAX)),
          ...(rest > 0 ? [`and ${differing - ROWS_MAX} more (--json)`] : []),
          `${differing} of ${orders - refused} orders differ in whom to call or how`,
        ]),
    '',
  ].join('\n');
}

function describeSide({ hash, rules, nobody, meanCalled }: TrialSide): string {
  const called = `${meanCalled.toFixed(2)} dealers called on average`;
  const none = nobody === 1 ? '1 order has' : `${nobody} orders have`;
  return `\nrules ${hash}: ${called}, ${none} nobody to call\n${formatTable(RULES, rules)}`;
}

const RULES: readonly Column<RuleCount>[] = [
  { title: '  rule', align: 'left', text: ({ name }) => `  ${name}` },
  { title: 'matched', align: 'right', text: ({ matched }) => String(matched) },
  { title: 'nearly', align: 'right', text: ({ nearly }) => String(nearly) },
  { title: 'undecided', align: 'right', text: ({ undecided }) => String(undecided) },
];

const DIFFERENCES: readonly Column<TrialDifference>[] = [
  { title: 'order', align: 'left', text: ({ orderId }) => orderId },
  { title: 'instrument', align: 'left', text: ({ instrumentId }) => instrumentId },
  { title: 'before', align: 'left', text: ({ before }) => before.join(' ') || 'nobody' },
  { title: 'after', align: 'left', text: ({ after }) => after.join(' ') || 'nobody' },
  { title: 'plan', align: 'left', text: ({ isPlanOther }) => (isPlanOther ? 'other' : 'same') },
  { title: 'rules', align: 'left', text: ({ rules }) => rules.join(', ') || 'defaults' },
];
