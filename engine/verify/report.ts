import { type Column, formatTable } from '../cli/table.ts';
import {
  FIGURES,
  type Figure,
  largestDifference,
  type MetricComparison,
  TOLERANCE,
} from './compare.ts';
import type { EngineSums } from './engine-sums.ts';

const TITLES: Readonly<Record<Figure, string>> = {
  observations: 'count',
  mean: 'mean',
  mass: 'mass',
  nEff: 'n_eff',
  variance: 'variance',
  windowMean: 'window mean',
};

/** The comparison as a table, and the sentence that it comes to. */
export function describeComparison(
  { position, asOf, rows }: EngineSums,
  comparisons: readonly MetricComparison[],
): string {
  const messages = position.partitions.reduce((sum, sequence) => sum + sequence, position.all);
  const far = comparisons.filter((each) => !(largestDifference(each) <= TOLERANCE));
  const verdict =
    far.length === 0
      ? `engine and SQL agree within ${TOLERANCE}`
      : `engine and SQL DIFFER: ${far.map(describeWorst).join('; ')}`;
  return [
    `${messages} messages, ${rows} (scope, dealer) pairs, as of ${new Date(asOf / 1000).toISOString()}`,
    'largest differences over all pairs and memories, relative to max(1, both):',
    '',
    formatTable(COLUMNS, comparisons),
    verdict,
  ].join('\n');
}

function describeWorst({ metric, worst }: MetricComparison): string {
  const figure = FIGURES.reduce((a, b) => (worst[b].difference > worst[a].difference ? b : a));
  const { difference, scope, dealer } = worst[figure];
  return `${TITLES[figure]} of ${metric} by ${difference}, ${dealer} at ${scope}`;
}

const COLUMNS: readonly Column<MetricComparison>[] = [
  { title: 'metric', align: 'left', text: ({ metric }) => metric },
  { title: 'observations', align: 'right', text: ({ observations }) => String(observations) },
  { title: 'pairs', align: 'right', text: ({ pairs }) => String(pairs) },
  ...FIGURES.map((figure): Column<MetricComparison> => {
    const text = ({ worst }: MetricComparison) => formatDifference(worst[figure].difference);
    return { title: TITLES[figure], align: 'right', text };
  }),
];

function formatDifference(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(1);
}
