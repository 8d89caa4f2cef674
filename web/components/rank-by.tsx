import { metricView } from '../format/metric-view.ts';
import { usePage } from '../state/page.ts';
import { hashOf } from '../state/topic-address.ts';

const COMPOSITE = '';

/** What the ranking goes by: the composite or one metric. The column titles choose too. */
export function RankBy() {
  const page = usePage();
  const { scope, metric } = page.address.value;
  const known = page.board.choices.value;
  const choices = metric === null || known.includes(metric) ? known : [...known, metric];
  return (
    <label class="rank-by">
      <span>Rank by</span>
      <select
        aria-label="Rank by"
        value={metric ?? COMPOSITE}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          location.hash = hashOf({ scope, metric: chosen === COMPOSITE ? null : chosen });
        }}
      >
        <option value={COMPOSITE}>Composite</option>
        {choices.map((each) => (
          <option key={each} value={each}>
            {metricView(each).title}
          </option>
        ))}
      </select>
    </label>
  );
}
