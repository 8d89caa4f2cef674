import fc from 'fast-check';
import type { OrderId, Side } from '../../../schemas/ids.ts';
import { addFill, type FillPlan, fillPlan } from './fill-plans.ts';
import {
  DAY_STEPS,
  type Drafts,
  INSTRUMENTS,
  mostly,
  nominal,
  side,
  startStep,
  WILD,
} from './grid.ts';
import { addRfq, type RfqPlan, rfqPlan } from './rfq-plans.ts';

/** An order with its RFQs, its fills without an RFQ, and its close; steps after its arrival. */
export interface OrderPlan {
  readonly instrument: number;
  readonly step: number;
  readonly side: Side;
  readonly quantity: number;
  readonly rfqs: readonly { readonly after: number; readonly plan: RfqPlan }[];
  readonly fills: readonly FillPlan[];
  readonly closedAfter: number | undefined;
}

export const orderPlan: fc.Arbitrary<OrderPlan> = fc.record({
  instrument: fc.nat({ max: WILD - 1 }),
  step: startStep,
  side,
  quantity: nominal,
  rfqs: fc.array(fc.record({ after: fc.nat({ max: 30 }), plan: rfqPlan }), { maxLength: 2 }),
  fills: fc.array(fillPlan, { maxLength: 3 }),
  closedAfter: fc.option(mostly(90, DAY_STEPS - 10, DAY_STEPS + 300), { nil: undefined, freq: 4 }),
});

export function addOrder(drafts: Drafts, plan: OrderPlan): void {
  const { instrument, step } = plan;
  const orderId = drafts.nextId<OrderId>('o');
  const instrumentId = INSTRUMENTS[instrument]!;
  drafts.add('order', step, { orderId, instrumentId, side: plan.side, quantity: plan.quantity });
  for (const rfq of plan.rfqs) {
    const order = { orderId, side: plan.side };
    addRfq(drafts, rfq.plan, { instrument, step: step + rfq.after, order });
  }
  for (const fill of plan.fills) {
    addFill(drafts, fill, { instrument, step, side: plan.side, orderId });
  }
  if (plan.closedAfter === undefined) return;
  drafts.add('orderClosed', step + plan.closedAfter, { orderId, instrumentId });
}
