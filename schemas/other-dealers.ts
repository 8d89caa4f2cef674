// Apart from the schemas, which the browser's page has no need of.
import type { ScoredDealer, Selection } from './selection.ts';

/** A dealer that was considered and not recommended. */
export interface OtherDealer extends Pick<ScoredDealer, 'dealerId' | 'composite'> {
  /** 1-based; null: too little evidence to rank. */
  readonly rank: number | null;
  /** Probability, before the draw, that this order's list would have held it. */
  readonly chance: number;
}

/** `Selection.others`, a dealer at a time. */
export function otherDealers({ others }: Pick<Selection, 'others'>): OtherDealer[] {
  const { dealerIds, ranks, composites, chances } = others;
  return dealerIds.map((dealerId, i) => ({
    dealerId,
    rank: ranks[i]!,
    composite: composites[i]!,
    chance: chances?.[i] ?? 0,
  }));
}
