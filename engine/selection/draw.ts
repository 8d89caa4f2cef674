import type { DealerId, OrderId } from '../../schemas/ids.ts';
import type { Exploration } from '../../schemas/selection.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { type CallList, mayTake } from './call-list.ts';
import type { DealerView } from './dealer-view.ts';
import { compositeErrorOf } from './describe.ts';
import { chancesOfBest, drawOf, pick } from './exploration.ts';
import type { Ranking } from './rank.ts';

/** The list after its last place was or was not drawn. */
export interface Drawn {
  readonly dealers: readonly number[];
  /** By dealer index: the probability, before the draw, to be on the list; absent: 1 on it, else 0. */
  readonly chances: ReadonlyMap<number, number>;
  readonly exploration: Exploration | null;
}

/**
 * Gives the last place of some orders' lists to whoever of those that could have it is drawn, each with
 * its probability of being the best of them: so that a dealer that was never asked is not for ever. The
 * same order draws the same.
 */
export function drawLastPlace(
  orderId: OrderId,
  share: number,
  list: CallList,
  view: DealerView,
  rows: ScoreRows,
  ranking: Ranking,
): Drawn {
  const { dealers, lastGroup } = list;
  if (share === 0) return { dealers, chances: new Map(), exploration: null };
  if (lastGroup === null) {
    return { dealers, chances: new Map(), exploration: { share, isDrawn: false, dealerId: null } };
  }
  const earned = dealers.slice(0, -1);
  const pool = [...ranking.order].filter((dealer) => mayTake(view, dealer, lastGroup, earned));
  const posteriors = pool.map((dealer) => ({
    mean: ranking.composites[dealer]!,
    standardError: compositeErrorOf(rows, ranking, dealer),
  }));
  const best = chancesOfBest(posteriors);
  const last = dealers.at(-1)!;
  const chances = new Map(pool.map((dealer, i) => [dealer, share * best[i]!]));
  chances.set(last, chances.get(last)! + 1 - share);
  const isDrawn = drawOf(orderId, 'explore') < share;
  const taken = isDrawn ? pool[pick(best, drawOf(orderId, 'place'))]! : last;
  const dealerId = rows.dealers[taken] as DealerId;
  return { dealers: [...earned, taken], chances, exploration: { share, isDrawn, dealerId } };
}
