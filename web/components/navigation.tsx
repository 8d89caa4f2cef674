import { usePage } from '../state/page.ts';
import { hashOfPage, type Route } from '../state/route.ts';
import { hashOf } from '../state/topic-address.ts';

const LINKS: readonly { readonly page: Route['page']; readonly title: string }[] = [
  { page: 'leaderboard', title: 'Leaderboard' },
  { page: 'order', title: 'Order' },
  { page: 'dealers', title: 'Dealers' },
  { page: 'decisions', title: 'Decisions' },
  { page: 'health', title: 'Health' },
];

export function Navigation() {
  const { route, address } = usePage();
  const { page: current } = route.value;
  return (
    <nav class="navigation" aria-label="Pages">
      {LINKS.map(({ page, title }) => (
        <a
          key={page}
          href={page === 'leaderboard' ? hashOf(address.value) : hashOfPage(page)}
          {...(page === current ? { 'aria-current': 'page' as const } : {})}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
