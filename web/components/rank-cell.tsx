import type { Place } from '../state/rank-settler.ts';

export function RankCell({ place }: { readonly place: Place }) {
  const { rank, moved } = place;
  return (
    <td class="col-rank">
      <span class="rank">{rank ?? '–'}</span>
      <span class={`moved ${moved > 0 ? 'moved-up' : 'moved-down'}`}>{movedText(moved)}</span>
    </td>
  );
}

function movedText(moved: number): string {
  if (moved === 0) return '';
  return moved > 0 ? `▲${moved}` : `▼${-moved}`;
}
