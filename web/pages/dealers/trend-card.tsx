import { useMemo } from 'preact/hooks';
import { fixed } from '../../format/number.ts';
import { FIGURES, type Figure, type TrendLine, type TrendRow, trendLine } from './trend.ts';
import { TrendChart } from './trend-chart.tsx';
import { utcDay } from './utc.ts';

interface TrendCardProps {
  /** Of one scope. */
  readonly rows: readonly TrendRow[];
  readonly dealerId: string;
}

/** Figures over time against the median dealer. */
export function TrendCard({ rows, dealerId }: TrendCardProps) {
  const isWeekly = rows[0]!.days > 1;
  const lines = useMemo(
    () => FIGURES.map((figure, i) => ({ figure, line: trendLine(rows, i) })),
    [rows],
  );
  return (
    <section class="card trend">
      <h2>
        {isWeekly ? 'Week by week' : 'Day by day'} against the median dealer
        <span class="trend-key">
          <KeyLine className="key-own" /> {dealerId} <KeyLine className="key-median" /> median
        </span>
      </h2>
      <p class="card-note">
        Raw averages of the RFQs asked in each {isWeekly ? 'week from Monday' : 'day'}, UTC, not the
        decayed scores above. The last {isWeekly ? 'week' : 'day'} is not over. The median is that
        of the dealers with 3 observations or more.
      </p>
      <div class="trend-charts">
        {lines.map(({ figure, line }) => (
          <TrendChart key={figure.title} figure={figure} line={line} dealerId={dealerId} />
        ))}
      </div>
      <TrendTable lines={lines} />
    </section>
  );
}

function KeyLine({ className }: { readonly className: string }) {
  return (
    <svg class={`key ${className}`} viewBox="0 0 24 8" aria-hidden="true">
      <line x1="0" x2="24" y1="4" y2="4" />
    </svg>
  );
}

interface TrendTableProps {
  readonly lines: readonly { readonly figure: Figure; readonly line: TrendLine }[];
}

/** The same without a picture. */
function TrendTable({ lines }: TrendTableProps) {
  const { times, days } = lines[0]!.line;
  return (
    <details class="trend-table">
      <summary>The same in numbers</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard. */}
      <section class="table-scroll" tabIndex={0} aria-label="Figures over time">
        <table class="facts">
          <caption>The dealer, in brackets its observations, and the median dealer.</caption>
          <thead>
            <tr>
              <th scope="col">{days > 1 ? 'Week from' : 'Day'}</th>
              {lines.map(({ figure }) => (
                <th key={figure.title} scope="col" class="num" title={figure.explanation}>
                  {figure.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((time, i) => (
              <tr key={time}>
                <th scope="row">{utcDay(time * 1e6)}</th>
                {lines.map(({ figure, line }) => (
                  <td key={figure.title} class="num">
                    {figure.text(line.own[i] ?? null)} ({fixed(line.observations[i], 0)}),{' '}
                    {figure.text(line.median[i] ?? null)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
