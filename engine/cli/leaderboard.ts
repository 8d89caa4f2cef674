import type { SnapshotFrame } from '../../schemas/protocol.ts';
import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import type { DeadLetterCount } from './log-ends.ts';
import { type Column, formatNumber, formatTable } from './table.ts';

/** Decides who is sufficient, so its sample size is the one to show beside a composite. */
const SUFFICIENCY_METRIC = 'fillRate';

/** A ranking as a table; dealers with too few observations stand apart. `metric` null: composite. */
export function describeLeaderboard(frame: SnapshotFrame, metric: string | null): string {
  const rows = (frame.rows as readonly ScoredDealer[]).toSorted(byRank);
  const columns = columnsFor(metric);
  const ranked = rows.filter((row) => !row.insufficient);
  const insufficient = rows.filter((row) => row.insufficient);
  return [
    `${frame.topic}, as of ${new Date(frame.asOf / 1000).toISOString()}`,
    '',
    ranked.length === 0 ? 'no dealer has enough observations yet\n' : formatTable(columns, ranked),
    ...(insufficient.length === 0
      ? []
      : ['insufficient observations, not ranked:', formatTable(columns, insufficient)]),
  ].join('\n');
}

function columnsFor(metric: string | null): readonly Column<ScoredDealer>[] {
  const sampled = metric ?? SUFFICIENCY_METRIC;
  return [
    { title: 'rank', align: 'right', text: ({ rank }) => (rank === null ? '-' : String(rank)) },
    { title: 'dealer', align: 'left', text: ({ dealerId }) => dealerId },
    { title: metric ?? 'composite', align: 'right', text: (row) => formatNumber(row.value, 4) },
    {
      title: 'se',
      align: 'right',
      text: (row) =>
        formatNumber(
          metric === null ? row.compositeStandardError : scoreOf(row, metric)?.standardError,
          4,
        ),
    },
    {
      title: 'n_eff',
      align: 'right',
      text: (row) => formatNumber(scoreOf(row, sampled)?.effectiveSample, 1),
    },
  ];
}

function scoreOf(row: ScoredDealer, metric: string): MetricScore | undefined {
  return row.metrics.find((each) => each.metric === metric);
}

function byRank(a: ScoredDealer, b: ScoredDealer): number {
  return (a.rank ?? Number.MAX_SAFE_INTEGER) - (b.rank ?? Number.MAX_SAFE_INTEGER);
}

/** What was refused, by reason, with the first of each. */
export function describeDeadLetters(letters: readonly DeadLetterCount[]): string {
  if (letters.length === 0) return 'dead letters: none\n';
  const lines = letters
    .toSorted((a, b) => b.count - a.count)
    .map(({ reason, count, first }) => `  ${count} ${reason}; the first: ${first}`);
  return `dead letters:\n${lines.join('\n')}\n`;
}
