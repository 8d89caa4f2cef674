import type { FillBustEvent } from '../../schemas/events.ts';
import type { FillId, OrderId, RfqId } from '../../schemas/ids.ts';
import { keyOf, Random } from './random.ts';
import type { RfqOutcome } from './rfq-play.ts';
import type { RfqPlan } from './rfq-types.ts';

const BUST = keyOf('bust');
const BUST_PROBABILITY = 0.003;
const SECOND_MICROS = 1_000_000;

/** Draws which fills of an RFQ are cancelled minutes later. */
export function drawBusts(
  seed: number,
  plan: RfqPlan,
  { deal }: RfqOutcome,
  orderId: OrderId,
  rfqId: RfqId,
): FillBustEvent[] {
  return (deal?.fills ?? []).flatMap((fill, index) => {
    const random = new Random(seed, BUST, plan.key, index);
    if (!random.chance(BUST_PROBABILITY)) return [];
    const fillId = `${rfqId}.f${index}` as FillId;
    return [
      {
        kind: 'fillBust' as const,
        id: `${fillId}.b`,
        tsEvent: fill.ts + Math.round(random.between(120, 1800) * SECOND_MICROS),
        fillId,
        rfqId,
        orderId,
        dealerId: fill.dealer.dealerId,
        instrumentId: plan.instrument.instrumentId,
      },
    ];
  });
}
