import { useRef } from 'preact/hooks';
import { usePage } from '../state/page.ts';
import type { Place } from '../state/rank-settler.ts';
import { DealerRow } from './dealer-row.tsx';
import { LeaderboardHead } from './leaderboard-head.tsx';
import { useRowGlide } from './use-row-glide.ts';

/** Columns beside the metrics': rank, dealer, score, composite, evidence, session. */
const OTHER_COLUMNS = 6;

/** The dealers in their settled order, those with too little evidence below a divider. */
export function Leaderboard() {
  const { board } = usePage();
  const places = board.places.value;
  const table = useRef<HTMLTableElement>(null);
  useRowGlide(table, places);
  const ranked = places.filter(({ rank }) => rank !== null);
  const others = places.filter(({ rank }) => rank === null);
  return (
    <div class="table-frame">
      <table ref={table} class="board">
        <LeaderboardHead />
        <tbody>{rowsOf(ranked)}</tbody>
        {others.length > 0 && (
          <tbody class="unranked">
            <tr class="divider">
              <th scope="rowgroup" colSpan={OTHER_COLUMNS + board.metrics.value.length}>
                Too little evidence to rank: mostly the estimate of wider scopes
              </th>
            </tr>
            {rowsOf(others)}
          </tbody>
        )}
      </table>
    </div>
  );
}

function rowsOf(places: readonly Place[]) {
  return places.map((place) => <DealerRow key={place.dealerId} place={place} />);
}
