import type { Model } from '../../../engine/scoring/model.ts';
import type { FirstcallEvent } from '../../../schemas/events.ts';
import { marketOf } from './admitted.ts';
import { looseFades, quoteDistances, tcaResults } from './loose-results.ts';
import { naiveOrders } from './orders.ts';
import type { NaiveObservation, NaiveResult } from './results.ts';
import { rfqResults } from './rfq-results.ts';
import { naiveRfqs } from './rfqs.ts';
import { pricedResults } from './trades.ts';

/**
 * Every result that a partition's log has come to by docs/scoring.md, values and null reasons. Looks
 * at the whole log again for each question: O(n^2) at the least.
 */
export function naiveResults(
  log: readonly FirstcallEvent[],
  sharedLog: readonly FirstcallEvent[],
  model: Model,
): NaiveResult[] {
  const market = marketOf(log, sharedLog, model);
  const rfqs = naiveRfqs(market);
  return [
    ...rfqs.flatMap((rfq) => rfqResults(market, rfq)),
    ...[...rfqs, ...naiveOrders(market)].flatMap((trade) => pricedResults(market, trade)),
    ...looseFades(market),
    ...quoteDistances(market),
    ...tcaResults(market),
  ];
}

/** What stands in the sums after the last event of a partition's log. */
export function naiveObservations(
  log: readonly FirstcallEvent[],
  sharedLog: readonly FirstcallEvent[],
  model: Model,
): NaiveObservation[] {
  return naiveResults(log, sharedLog, model).filter(
    (result): result is NaiveObservation => typeof result.value === 'number',
  );
}
