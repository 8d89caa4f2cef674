import type { DealerId, FillId, InstrumentId, OrderId, RfqId } from '../../schemas/ids.ts';
import type { AnalysedFill, OrderAnalysis } from '../../schemas/order-analysis.ts';

const T0 = 1_767_600_000_000_000;

/** A post-trade analysis made by hand; `changes` replace what it says. */
export function analysisOf(orderId: string, changes: Partial<OrderAnalysis> = {}): OrderAnalysis {
  return {
    orderId: orderId as OrderId,
    instrumentId: 'XS0000000001' as InstrumentId,
    revision: 0,
    side: 'buy',
    quantity: 3_000_000,
    filledQuantity: 2_000_000,
    tsArrived: T0,
    tsClosed: T0 + 60_000_000,
    midArrived: 100,
    figures: {
      delayBps: 0.1 + 0.2,
      executionBps: -1.5,
      opportunityBps: 0,
      shortfallBps: -1.2,
      impactBps: 2,
      reversion1mBps: -0.5,
      reversion5mBps: 0.25,
      reversion30mBps: null,
    },
    nulls: { reversion30mBps: 'noNewTick' },
    fills: [fillOf(0), fillOf(1)],
    ...changes,
  };
}

/** The n-th fill of an order; the second one names no RFQ and has no mids. */
export function fillOf(n: number): AnalysedFill {
  const isPlain = n !== 1;
  return {
    fillId: `f${n}` as FillId,
    rfqId: isPlain ? ('r1' as RfqId) : null,
    dealerId: `D${n}` as DealerId,
    tsEvent: T0 + n * 1_000_000,
    price: 100.01,
    quantity: 1_000_000,
    midSent: isPlain ? 100 : null,
    midFill: isPlain ? 100.005 : null,
    effectiveSpreadBps: isPlain ? 0.5 : null,
    realizedSpread1mBps: isPlain ? 0.75 : null,
    realizedSpread5mBps: isPlain ? -0.125 : null,
    realizedSpread30mBps: null,
  };
}
