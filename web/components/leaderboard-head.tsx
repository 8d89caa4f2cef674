import { metricView } from '../format/metric-view.ts';
import { usePage } from '../state/page.ts';
import { hashOf } from '../state/topic-address.ts';

export function LeaderboardHead() {
  const { address, board } = usePage();
  const { metric: rankedBy } = address.value;
  const evidence = rankedBy === null ? 'fillRate' : rankedBy;
  return (
    <thead>
      <tr>
        <th scope="col" class="col-rank">
          <abbr title="Rank; ▲ and ▼ mark places gained and lost in the last seconds.">#</abbr>{' '}
          <span class="unit">&nbsp;</span>
        </th>
        <th scope="col" class="col-dealer">
          Dealer <span class="unit">&nbsp;</span>
        </th>
        <th scope="col" class="col-score" title="The composite on a scale from 0 to 10.">
          Score <span class="unit">0–10</span>
        </th>
        <ChoosingTitle
          metric={null}
          title="Composite"
          unit="± se"
          explanation="Weighted sum of the metrics, with its standard error; the whiskers share one scale."
          className="col-composite"
        />
        {board.metrics.value.map((metric) => {
          const { title, unit, explanation } = metricView(metric);
          return (
            <ChoosingTitle
              key={metric}
              metric={metric}
              title={title}
              unit={unit}
              explanation={explanation}
              className="col-metric"
            />
          );
        })}
        <th scope="col" class="col-evidence" title={evidenceTitle(evidence)}>
          Evidence <span class="unit">mass · n</span>
        </th>
        <th
          scope="col"
          class="col-session"
          title="The composite since this page was opened, at most the last day, and its change."
        >
          Session <span class="unit">change</span>
        </th>
      </tr>
    </thead>
  );
}

function evidenceTitle(metric: string): string {
  const what = metric === 'fillRate' ? 'our RFQs to the dealer' : `observations of ${metric}`;
  return `Mass: ${what} in this scope, older ones counting less. n: effective sample size.`;
}

interface ChoosingTitleProps {
  readonly metric: string | null;
  readonly title: string;
  readonly unit: string;
  readonly explanation: string;
  readonly className: string;
}

/** A column title that ranks by its column. */
function ChoosingTitle({ metric, title, unit, explanation, className }: ChoosingTitleProps) {
  const { scope, metric: rankedBy } = usePage().address.value;
  const isRanked = metric === rankedBy;
  return (
    <th
      scope="col"
      class={`${className} ${isRanked ? 'is-ranked' : ''}`}
      {...(isRanked ? { 'aria-sort': 'other' as const } : {})}
    >
      <a href={hashOf({ scope, metric })} title={`${explanation} Choose to rank by it.`}>
        {isRanked && <span aria-hidden="true">▾ </span>}
        {title} <span class="unit">{unit}</span>
      </a>
    </th>
  );
}
