import type { CallGroup, Decided } from '../rules/decided.ts';
import type { DealerView } from './dealer-view.ts';

/** Whom to call, before any place is drawn. */
export interface CallList {
  /** Indices into `rows.dealers`, first to call first. */
  readonly dealers: readonly number[];
  /** Of the last place: who else could have it. Null: the list is empty. */
  readonly lastGroup: CallGroup | null;
}

/**
 * Fills the groups from the ranking, one after the other, up to the limit on dealers. Who is taken by
 * one group is out of reach for the next. `recommended`: what the pre-trade curve says.
 */
export function callListOf(
  view: DealerView,
  ranked: Int32Array,
  { call, maxDealers }: Pick<Decided, 'call' | 'maxDealers'>,
  recommended: number,
): CallList {
  const limit = maxDealers?.value ?? Number.POSITIVE_INFINITY;
  const dealers: number[] = [];
  let lastGroup: CallGroup | null = null;
  for (const group of call.value) {
    let room = Math.min(limit - dealers.length, sizeOf(group, recommended));
    for (let place = 0; place < ranked.length && room > 0; place++) {
      const dealer = ranked[place]!;
      if (!mayTake(view, dealer, group, dealers)) continue;
      dealers.push(dealer);
      lastGroup = group;
      room--;
    }
  }
  return { dealers, lastGroup };
}

function sizeOf({ count }: CallGroup, recommended: number): number {
  if (count === 'all') return Number.POSITIVE_INFINITY;
  return count === 'recommended' ? recommended : count;
}

/** Whether a group may take a dealer that is not called yet. */
export function mayTake(
  view: DealerView,
  dealer: number,
  { filter }: CallGroup,
  called: readonly number[],
): boolean {
  if (called.includes(dealer)) return false;
  return filter === null || filter.refuse(view.at(dealer)) === null;
}
