import type { DealerId, OrderId } from '../../schemas/ids.ts';
import type { Exploration } from '../../schemas/selection.ts';
import type { CallGroup } from '../rules/decided.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { type CallList, mayTake } from './call-list.ts';
import { compositeErrors } from './composite-error.ts';
import type { DealerView } from './dealer-view.ts';
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
  const pool = poolOf(ranking.order, view, lastGroup, earned);
  const errors = compositeErrors(rows, ranking);
  const best = chancesOfBest(
    pool.map((dealer) => ({ mean: ranking.composites[dealer]!, standardError: errors[dealer]! })),
  );
  const last = dealers.at(-1)!;
  const isDrawn = drawOf(orderId, 'explore') < share;
  const taken = isDrawn ? pool[pick(best, drawOf(orderId, 'place'))]! : last;
  const chances = new Map<number, number>();
  for (let i = 0; i < pool.length; i++) {
    const chance = share * best[i]! + (pool[i] === last ? 1 - share : 0);
    if (chance > 0 || pool[i] === taken) chances.set(pool[i]!, chance);
  }
  const dealerId = rows.dealers[taken] as DealerId;
  return { dealers: [...earned, taken], chances, exploration: { share, isDrawn, dealerId } };
}

/** Who could have the last place, best first. */
function poolOf(
  ranked: Int32Array,
  view: DealerView,
  group: CallGroup,
  earned: readonly number[],
): number[] {
  const pool: number[] = [];
  for (let place = 0; place < ranked.length; place++) {
    if (mayTake(view, ranked[place]!, group, earned)) pool.push(ranked[place]!);
  }
  return pool;
}
