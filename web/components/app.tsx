import { useSignalEffect } from '@preact/signals';
import { scopeTitle } from '../format/scope-label.ts';
import { usePage } from '../state/page.ts';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { HealthBanner } from './health-banner.tsx';
import { RankingView } from './ranking-view.tsx';
import { ScopePanel } from './scope-panel.tsx';

export function App() {
  const page = usePage();
  useSignalEffect(() => {
    document.title = `${scopeTitle(page.address.value.scope)} · Firstcall`;
  });
  return (
    <div class="app">
      <Header />
      <ScopePanel />
      <main class="main">
        <HealthBanner />
        <RankingView />
        <Footer />
      </main>
    </div>
  );
}
