import fc from 'fast-check';
import type { QuoteId } from '../../../schemas/ids.ts';
import {
  cents,
  DEALERS,
  type Drafts,
  dealer,
  INSTRUMENTS,
  nominal,
  priceOf,
  side,
  sometimes,
  timeOf,
} from './grid.ts';

export interface AxePlan {
  readonly dealer: number;
  readonly dealerSide: 'buy' | 'sell';
  /** Steps before the RFQ; negative: after it. */
  readonly before: number;
  readonly size: number;
  readonly price: number | undefined;
  readonly lasts: number;
}

export const axePlan: fc.Arbitrary<AxePlan> = fc.record({
  dealer,
  dealerSide: side,
  before: fc.integer({ min: -4, max: 30 }),
  size: nominal,
  price: sometimes(cents, 2),
  lasts: fc.constantFrom(1, 6, 40, 200),
});

export function addAxe(drafts: Drafts, plan: AxePlan, instrument: number, step: number): void {
  drafts.add('axe', step, {
    axeId: drafts.nextId<QuoteId>('a'),
    dealerId: DEALERS[plan.dealer]!,
    instrumentId: INSTRUMENTS[instrument]!,
    dealerSide: plan.dealerSide,
    quantity: plan.size,
    price: plan.price === undefined ? undefined : priceOf(instrument, plan.price),
    tsExpires: timeOf(step + plan.lasts),
  });
}
