import type { ScoredDealer } from '../../schemas/selection.ts';

/** Rank order: the ranked dealers, then the insufficient ones by composite, ties by dealer id. */
export function compareRanked(a: ScoredDealer, b: ScoredDealer): number {
  if (a.rank !== null && b.rank !== null) return a.rank - b.rank;
  if (a.rank !== b.rank) return a.rank === null ? 1 : -1;
  return b.composite - a.composite || compareIds(a, b);
}

/** By dealer id, code unit by code unit. */
export function compareIds(a: { dealerId: string }, b: { dealerId: string }): number {
  return a.dealerId < b.dealerId ? -1 : a.dealerId > b.dealerId ? 1 : 0;
}
