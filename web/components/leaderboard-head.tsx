import { metricView } from '../format/metric-view.ts';
import type { GridColumn } from '../state/grid-columns.ts';
import { usePage } from '../state/page.ts';
import { hashOf } from '../state/topic-address.ts';

interface Title {
  readonly title: string;
  readonly unit: string;
  readonly explanation: string;
}

/** The titles; those of the composite and of metrics rank by their columns. */
export function LeaderboardHead({
  columns,
  tabStop,
}: {
  readonly columns: readonly GridColumn[];
  /** Column of the grid's tab stop when that is in the head. */
  readonly tabStop: number | null;
}) {
  const { scope, metric: rankedBy } = usePage().address.value;
  return (
    <thead class="board-head">
      <tr class="titles" aria-rowindex={1}>
        {columns.map((column, columnIndex) => {
          const { title, unit, explanation } = titleOf(column, rankedBy);
          const metric = column.kind === 'metric' ? column.id : null;
          const isChoosing = column.kind === 'metric' || column.kind === 'composite';
          const isRanked = isChoosing && metric === rankedBy;
          return (
            <th
              key={column.id}
              scope="col"
              class={`cell col-${column.kind}${isRanked ? ' is-ranked' : ''}`}
              aria-colindex={columnIndex + 1}
              tabIndex={columnIndex === tabStop ? 0 : -1}
              title={isChoosing ? `${explanation} Choose to rank by it.` : explanation}
              {...(isRanked ? { 'aria-sort': sortOf(metric) } : {})}
            >
              {isChoosing ? (
                <a href={hashOf({ scope, metric })} tabIndex={-1}>
                  {isRanked && <span aria-hidden="true">▾ </span>}
                  {title} <span class="unit">{unit}</span>
                </a>
              ) : (
                <>
                  {title} <span class="unit">{unit}</span>
                </>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function sortOf(metric: string | null): 'ascending' | 'descending' {
  return metric !== null && metricView(metric).higherIsBetter === false
    ? 'ascending'
    : 'descending';
}

const NO_UNIT = '\u00a0';

function titleOf({ kind, id }: GridColumn, rankedBy: string | null): Title {
  switch (kind) {
    case 'compare':
      return { title: '⇄', unit: NO_UNIT, explanation: 'Compare two dealers.' };
    case 'rank':
      return {
        title: '#',
        unit: NO_UNIT,
        explanation: 'Rank; ▲ and ▼ mark places gained and lost in the last seconds.',
      };
    case 'dealer':
      return { title: 'Dealer', unit: NO_UNIT, explanation: 'Enter opens its page.' };
    case 'metric':
      return metricView(id);
    case 'evidence':
      return { title: 'Evidence', unit: 'mass · n', explanation: evidenceTitle(rankedBy) };
    default:
      return TITLES[kind];
  }
}

const TITLES: Readonly<Record<'score' | 'composite' | 'lastQuote' | 'session', Title>> = {
  score: { title: 'Score', unit: '0–10', explanation: 'The composite on a scale from 0 to 10.' },
  composite: {
    title: 'Composite',
    unit: '± se',
    explanation:
      'Weighted sum of the metrics, with its standard error; the whiskers share one scale.',
  },
  lastQuote: {
    title: 'Last quote',
    unit: 'ago',
    explanation: 'How long ago, by event time, the dealer last quoted us a firm price.',
  },
  session: {
    title: 'Session',
    unit: 'change',
    explanation: 'The composite since this page was opened, at most the last day, and its change.',
  },
};

function evidenceTitle(rankedBy: string | null): string {
  const what =
    rankedBy === null || rankedBy === 'fillRate'
      ? 'our RFQs to the dealer'
      : `observations of ${rankedBy}`;
  return `Mass: ${what} in this scope, older ones counting less. n: effective sample size.`;
}
