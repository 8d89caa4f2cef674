import fc from 'fast-check';
import type { QuoteId, RfqId } from '../../../schemas/ids.ts';
import {
  cents,
  DEALERS,
  type Drafts,
  dealer,
  INSTRUMENTS,
  mostly,
  nominal,
  priceOf,
  sometimes,
  timeOf,
} from './grid.ts';

/** A quote and what became of it; steps after the moment that the caller gives. */
export interface QuotePlan {
  readonly dealer: number;
  readonly after: number;
  readonly kind: 'firm' | 'indicative' | 'pass' | 'reject';
  readonly priced: 'bid' | 'ask' | 'both';
  readonly bid: number;
  readonly width: number;
  readonly size: number | undefined;
  readonly expiresAfter: number | undefined;
  readonly cancelAfter: number | undefined;
  readonly acceptAfter: number | undefined;
  readonly rejectAfter: number | undefined;
}

export function quotePlan(
  kind: fc.Arbitrary<QuotePlan['kind']>,
  maxAfter: number,
): fc.Arbitrary<QuotePlan> {
  return fc.record({
    dealer,
    after: fc.nat({ max: maxAfter }),
    kind,
    priced: fc.constantFrom('both', 'both', 'both', 'both', 'bid', 'ask'),
    bid: cents,
    width: fc.integer({ min: 1, max: 4 }),
    size: fc.option(nominal, { nil: undefined, freq: 4 }),
    expiresAfter: sometimes(fc.nat({ max: 20 }), 4),
    cancelAfter: sometimes(fc.nat({ max: 10 }), 4),
    acceptAfter: sometimes(fc.nat({ max: 6 }), 2),
    rejectAfter: sometimes(mostly(6, 355, 620), 2),
  });
}

/** Adds the quote at a step, and its cancel, acceptance and last-look reject. */
export function addQuote(
  drafts: Drafts,
  plan: QuotePlan,
  instrument: number,
  step: number,
  rfqId?: RfqId,
): void {
  const reference = {
    quoteId: drafts.nextId<QuoteId>('q'),
    rfqId,
    dealerId: DEALERS[plan.dealer]!,
    instrumentId: INSTRUMENTS[instrument]!,
  };
  drafts.add('quote', step, {
    ...reference,
    quoteKind: plan.kind,
    quantity: plan.size,
    tsExpires: plan.expiresAfter === undefined ? undefined : timeOf(step + plan.expiresAfter),
    ...pricesOf(plan, instrument),
  });
  if (plan.kind === 'pass' || plan.kind === 'reject') return;
  if (plan.cancelAfter !== undefined) drafts.add('quoteCancel', step + plan.cancelAfter, reference);
  if (plan.acceptAfter === undefined || plan.kind !== 'firm') return;
  const accepted = step + plan.acceptAfter;
  drafts.add('quoteAccept', accepted, reference);
  if (plan.rejectAfter === undefined) return;
  drafts.add('quoteAcceptReject', accepted + plan.rejectAfter, reference);
}

function pricesOf({ kind, priced, bid, width }: QuotePlan, instrument: number) {
  if (kind === 'pass' || kind === 'reject') return {};
  const low = priceOf(instrument, bid);
  const prices = { bid: low, ask: low * (1 + width / 10_000) };
  if (priced === 'both') return prices;
  return priced === 'bid' ? { bid: prices.bid } : { ask: prices.ask };
}
