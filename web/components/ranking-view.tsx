import { usePage } from '../state/page.ts';
import { Comparison } from './comparison.tsx';
import { EmptyRanking } from './empty-ranking.tsx';
import { Leaderboard } from './leaderboard.tsx';
import { RankingTitle } from './ranking-title.tsx';

/** One ranking: its title and its table, or what stands in for the table. */
export function RankingView() {
  const page = usePage();
  const hasRows = page.board.places.value.length > 0;
  return (
    <section class={`ranking ranking-${page.health.value.kind}`} aria-label="Leaderboard">
      <RankingTitle />
      {hasRows ? <Leaderboard /> : <EmptyRanking />}
      {hasRows && page.choices.compared.value.length > 0 && <Comparison />}
    </section>
  );
}
