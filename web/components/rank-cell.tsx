import type { Place } from '../state/rank-settler.ts';
import { type CellPlace, GridCell } from './grid-cell.tsx';

export function RankCell({ place, ...cell }: { readonly place: Place } & CellPlace) {
  const { rank, moved } = place;
  return (
    <GridCell {...cell}>
      <span class="rank">{rank ?? '–'}</span>
      <span class={`moved ${moved > 0 ? 'moved-up' : 'moved-down'}`}>{movedText(moved)}</span>
    </GridCell>
  );
}

function movedText(moved: number): string {
  if (moved === 0) return '';
  return moved > 0 ? `▲${moved}` : `▼${-moved}`;
}
