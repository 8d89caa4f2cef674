import type { DealerId } from '../../schemas/ids.ts';
import type { OtherDealers } from '../../schemas/selection.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import type { Drawn } from './draw.ts';
import type { Ranking } from './rank.ts';

/** As they are ranked, but for those on the list. */
export function describeOthers(
  rows: ScoreRows,
  { order, sufficientCount, composites }: Ranking,
  { dealers, chances, exploration }: Drawn,
): OtherDealers {
  const called = dealers.map((dealer) => order.indexOf(dealer)).sort((a, b) => a - b);
  const length = order.length - called.length;
  const dealerIds = new Array<DealerId>(length);
  const ranks = new Array<number | null>(length);
  const values = new Array<number>(length);
  const drawn = exploration === null ? null : new Array<number>(length);
  let place = 0;
  let to = 0;
  // From one of those called to the next, so that nobody between need be asked whether it is called.
  for (const end of [...called, order.length]) {
    for (; place < end; place++, to++) {
      const dealer = order[place]!;
      dealerIds[to] = rows.dealers[dealer]!;
      ranks[to] = place < sufficientCount ? place + 1 : null;
      values[to] = composites[dealer]!;
      if (drawn !== null) drawn[to] = chances.get(dealer) ?? 0;
    }
    place++;
  }
  return { dealerIds, ranks, composites: values, chances: drawn };
}
