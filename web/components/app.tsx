import { useSignalEffect } from '@preact/signals';
import { scopeTitle } from '../format/scope-label.ts';
import { usePage } from '../state/page.ts';
import type { PageName, Route } from '../state/route.ts';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { HealthBanner } from './health-banner.tsx';
import { LazyPage } from './lazy-page.tsx';
import { RankingView } from './ranking-view.tsx';
import { ScopePanel } from './scope-panel.tsx';

/** Two pieces: many small ones together would be larger, and the plots are most of the second. */
const LOADERS = {
  order: async () => (await import('../pages/desk-pages.ts')).OrderPage,
  decisions: async () => (await import('../pages/desk-pages.ts')).DecisionsPage,
  health: async () => (await import('../pages/desk-pages.ts')).HealthPage,
  dealers: async () => (await import('../pages/dealers/dealers-page.tsx')).DealersPage,
};

const TITLES: Readonly<Record<PageName, string>> = {
  order: 'Order',
  dealers: 'Dealers',
  decisions: 'Decisions',
  health: 'Health',
};

export function App() {
  const page = usePage();
  useSignalEffect(() => {
    document.title = `${titleOf(page.route.value)} · Firstcall`;
  });
  const route = page.route.value;
  const isLeaderboard = route.page === 'leaderboard';
  return (
    <div class={isLeaderboard ? 'app' : 'app app-wide'}>
      <Header />
      {isLeaderboard && <ScopePanel />}
      <main class="main">
        <HealthBanner />
        {isLeaderboard ? (
          <RankingView />
        ) : (
          <LazyPage
            key={route.page}
            load={LOADERS[route.page]}
            id={route.id}
            params={route.params}
          />
        )}
        {isLeaderboard && <Footer />}
      </main>
    </div>
  );
}

function titleOf(route: Route): string {
  if (route.page === 'leaderboard') return scopeTitle(route.address.scope);
  return route.id === null ? TITLES[route.page] : `${route.id} · ${TITLES[route.page]}`;
}
