import { describe, expect, it } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import { MOVE_SHOWN_MS, type Place, RankSettler, SETTLE_MS } from './rank-settler.ts';

/** `'A B | C'`: A and B ranked, C not. */
function rows(text: string) {
  const [ranked = '', unranked = ''] = text.split('|').map((part) => part.trim());
  const ids = (part: string) => part.split(' ').filter(Boolean) as DealerId[];
  return [
    ...ids(ranked).map((dealerId, i) => ({ dealerId, rank: i + 1 })),
    ...ids(unranked).map((dealerId) => ({ dealerId, rank: null })),
  ];
}

const shown = (places: readonly Place[]) =>
  places.map(({ dealerId, rank, moved }) => `${rank ?? '-'}${dealerId}${moved || ''}`).join(' ');

describe('settling ranks', () => {
  it('shows the first ranking at once', () => {
    expect(shown(new RankSettler().offer(rows('A B | C'), 0))).toBe('1A 2B -C');
  });

  it('holds a new order back until the last has stood long enough', () => {
    const settler = new RankSettler();
    const first = settler.offer(rows('A B'), 0);
    expect(settler.offer(rows('B A'), SETTLE_MS - 1)).toBe(first);
    expect(shown(settler.offer(rows('B A'), SETTLE_MS))).toBe('1B1 2A-1');
  });

  it('re-sorts at most twice a second however often the order changes', () => {
    const settler = new RankSettler();
    const seen = new Set<readonly Place[]>();
    for (let ms = 0; ms < 10_000; ms += 100) {
      seen.add(settler.offer(rows(ms % 200 === 0 ? 'A B C' : 'C B A'), ms));
    }
    expect(seen.size).toBeLessThanOrEqual(20);
    expect(seen.size).toBeGreaterThanOrEqual(10);
  });

  it('returns the same array while nothing changes', () => {
    const settler = new RankSettler();
    const first = settler.offer(rows('A B'), 0);
    expect(settler.offer(rows('A B'), 5_000)).toBe(first);
  });

  it('forgets a move after a while', () => {
    const settler = new RankSettler();
    settler.offer(rows('A B'), 0);
    expect(shown(settler.offer(rows('B A'), 1_000))).toBe('1B1 2A-1');
    expect(shown(settler.offer(rows('B A'), 1_000 + MOVE_SHOWN_MS))).toBe('1B 2A');
  });

  it('takes a dealer that comes, leaves or becomes ranked for no move of its own', () => {
    const settler = new RankSettler();
    settler.offer(rows('A B | C'), 0);
    expect(shown(settler.offer(rows('C A D'), 1_000))).toBe('1C 2A-1 3D');
  });
});
