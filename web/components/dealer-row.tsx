import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import { metricView } from '../format/metric-view.ts';
import { fixed, plusMinus } from '../format/number.ts';
import { usePage } from '../state/page.ts';
import type { Place } from '../state/rank-settler.ts';
import { MetricCell } from './metric-cell.tsx';
import { NumberText } from './number-text.tsx';
import { RankCell } from './rank-cell.tsx';
import { SessionCell } from './session-cell.tsx';
import { Whisker } from './whisker.tsx';

/** One dealer. Its numbers follow the engine; its place is the settled one. */
export function DealerRow({ place }: { readonly place: Place }) {
  const { address, board } = usePage();
  const row = board.row(place.dealerId).value;
  const { metric: rankedBy } = address.value;
  return (
    <tr class="dealer" data-dealer={place.dealerId}>
      <RankCell place={place} />
      <th scope="row" class="col-dealer" title={place.dealerId}>
        {place.dealerId}
        <Standing tier={row.tier} appetite={row.appetite.state} />
      </th>
      <td class="col-score">
        <NumberText text={fixed(row.displayScore, 2)} value={row.displayScore} isHigherBetter />
      </td>
      <CompositeCell row={row} isRanked={rankedBy === null} />
      {board.metrics.value.map((metric) => (
        <MetricCell
          key={metric}
          view={metricView(metric)}
          score={scoreOf(row, metric)}
          isRanked={metric === rankedBy}
        />
      ))}
      <EvidenceCell score={scoreOf(row, rankedBy ?? 'fillRate')} />
      <SessionCell dealerId={place.dealerId} />
    </tr>
  );
}

const APPETITES = {
  comingIn: { sign: '▲', says: 'quotes us more of late' },
  backingOff: { sign: '▼', says: 'quotes us less of late' },
} as const;

/** Tier, and whether the dealer is coming in or backing off: a word for each, not a colour. */
function Standing({ tier, appetite }: { tier: number | null; appetite: string }) {
  const change = appetite === 'comingIn' || appetite === 'backingOff' ? APPETITES[appetite] : null;
  return (
    <span class="standing">
      {tier !== null && <abbr title={`Tier ${tier} in its asset class`}>T{tier}</abbr>}
      {change !== null && <abbr title={change.says}>{change.sign}</abbr>}
    </span>
  );
}

function scoreOf(row: ScoredDealer, metric: string): MetricScore | undefined {
  return row.metrics.find((each) => each.metric === metric);
}

function CompositeCell({ row, isRanked }: { row: ScoredDealer; isRanked: boolean }) {
  const { composite, compositeStandardError: error } = row;
  return (
    <td class={`col-composite ${isRanked ? 'is-ranked' : ''}`} data-label="Composite">
      <span class="pair">
        <NumberText text={fixed(composite, 3)} value={composite} isHigherBetter />
        <span class="se">{plusMinus(error, 3)}</span>
      </span>
      <Whisker value={composite} error={error} />
    </td>
  );
}

function EvidenceCell({ score }: { readonly score: MetricScore | undefined }) {
  return (
    <td class="col-evidence" data-label="Evidence">
      <span class="pair">
        <span>{fixed(score?.mass, 0)}</span>
        <span class="se">{fixed(score?.effectiveSample, 0)}</span>
      </span>
    </td>
  );
}
