import fc from 'fast-check';
import type { FillId, OrderId, RfqId, Side } from '../../../schemas/ids.ts';
import {
  cents,
  DAY_STEPS,
  DEALERS,
  type Drafts,
  dealer,
  INSTRUMENTS,
  nominal,
  priceOf,
  sometimes,
} from './grid.ts';

/** An execution, and its bust; steps after the RFQ or the order that it belongs to. */
export interface FillPlan {
  readonly dealer: number;
  readonly after: number;
  readonly price: number;
  readonly size: number;
  readonly namesOrder: boolean;
  /** Of a two-sided RFQ without an order: whether it is on the other side than the rest. */
  readonly otherSide: boolean;
  readonly bust: { readonly after: number; readonly namesRfq: boolean } | undefined;
}

export const fillPlan: fc.Arbitrary<FillPlan> = fc.record({
  dealer,
  after: fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 14 }) },
    { weight: 2, arbitrary: fc.nat({ max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 355, max: 620 }) },
  ),
  price: cents,
  size: nominal,
  namesOrder: fc.boolean(),
  otherSide: fc.constantFrom(false, false, false, false, true),
  bust: sometimes(
    fc.record({
      after: fc.oneof(
        { weight: 2, arbitrary: fc.nat({ max: 30 }) },
        { weight: 1, arbitrary: fc.integer({ min: DAY_STEPS - 130, max: DAY_STEPS + 900 }) },
      ),
      namesRfq: fc.boolean(),
    }),
    4,
  ),
});

export interface FillParent {
  readonly instrument: number;
  readonly side: Side;
  readonly step: number;
  readonly rfqId?: RfqId;
  readonly orderId?: OrderId;
}

/** Adds the execution and its bust, which may name the RFQ, or the order alone. */
export function addFill(drafts: Drafts, plan: FillPlan, parent: FillParent): void {
  const { rfqId, orderId } = parent;
  const reference = {
    fillId: drafts.nextId<FillId>('f'),
    dealerId: DEALERS[plan.dealer]!,
    instrumentId: INSTRUMENTS[parent.instrument]!,
  };
  const namesOrder = rfqId === undefined || plan.namesOrder;
  const step = parent.step + plan.after;
  drafts.add('fill', step, {
    ...reference,
    rfqId,
    orderId: namesOrder ? orderId : undefined,
    side: parent.side,
    price: priceOf(parent.instrument, plan.price),
    quantity: plan.size,
  });
  if (plan.bust === undefined) return;
  const namesRfq = orderId === undefined || plan.bust.namesRfq;
  drafts.add('fillBust', step + plan.bust.after, {
    ...reference,
    rfqId: namesRfq ? rfqId : undefined,
    orderId: namesRfq && rfqId !== undefined ? undefined : orderId,
  });
}
