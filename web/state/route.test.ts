import { describe, expect, it } from 'vitest';
import { hashOfPage, hashOfRoute, routeOf } from './route.ts';

describe('a route', () => {
  it.each([
    ['#/order', { page: 'order', id: null, params: {} }],
    ['#/dealers/YEW-M', { page: 'dealers', id: 'YEW-M', params: {} }],
    ['#/dealers/A%2FB', { page: 'dealers', id: 'A/B', params: {} }],
    ['#/dealers/100%25', { page: 'dealers', id: '100%', params: {} }],
    ['#/decisions/', { page: 'decisions', id: null, params: {} }],
    ['#/order?side=sell&id=X+1', { page: 'order', id: null, params: { side: 'sell', id: 'X 1' } }],
    ['#CORP/fillRate', { page: 'leaderboard', address: { scope: 'CORP', metric: 'fillRate' } }],
    ['', { page: 'leaderboard', address: { scope: 'ALL', metric: null } }],
    ['#/nowhere', { page: 'leaderboard', address: { scope: 'ALL', metric: null } }],
  ])('is read from %s', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  it('comes back from its own fragment', () => {
    const hash = hashOfPage('dealers', 'A/B 100%', { scope: 'CORP-TECH', x: 'ä&=' });
    expect(hashOfRoute(routeOf(hash))).toBe(hash);
  });

  it('bears malformed percent-encoding', () => {
    expect(routeOf('#/dealers/%E0%A4%A')).toMatchObject({ id: '%E0%A4%A' });
  });
});
