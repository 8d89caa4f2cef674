import { type Signal, signal } from '@preact/signals';
import { addressOf, DEFAULT_ADDRESS, hashOf, type TopicAddress } from './topic-address.ts';

/** The pages beside the leaderboard, by the first part of their fragment: `#/order`, `#/dealers/ID`. */
const PAGE_NAMES = ['order', 'dealers', 'decisions', 'health'] as const;
export type PageName = (typeof PAGE_NAMES)[number];

export type Route =
  | { readonly page: 'leaderboard'; readonly address: TopicAddress }
  | {
      readonly page: PageName;
      /** What the page is of: a dealer, a decision; null: all of them. */
      readonly id: string | null;
      /** What stands behind a `?`. */
      readonly params: Readonly<Record<string, string>>;
    };

/** The page that a location's fragment asks for. */
export function routeOf(hash: string): Route {
  const [, name, id, query] = /^#\/([a-z]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(hash) ?? [];
  const page = PAGE_NAMES.find((each) => each === name);
  if (page === undefined) {
    return { page: 'leaderboard', address: addressOf(hash) ?? DEFAULT_ADDRESS };
  }
  const params = Object.fromEntries(new URLSearchParams(query ?? ''));
  return { page, id: id === undefined || id === '' ? null : decoded(id), params };
}

/** Fragment of the link to a page. */
export function hashOfPage(
  page: PageName,
  id: string | null = null,
  params: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams(params).toString();
  return `#/${page}${id === null ? '' : `/${encodeURIComponent(id)}`}${query === '' ? '' : `?${query}`}`;
}

export function hashOfRoute(route: Route): string {
  return route.page === 'leaderboard'
    ? hashOf(route.address)
    : hashOfPage(route.page, route.id, route.params);
}

/** What the location's fragment asks for, followed for the life of the page. */
export function followLocation(): Signal<Route> {
  const route = signal(routeOf(location.hash));
  addEventListener('hashchange', () => {
    route.value = routeOf(location.hash);
  });
  return route;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
