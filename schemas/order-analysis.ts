import type { DealerId, FillId, InstrumentId, Micros, OrderId, RfqId, Side } from './ids.ts';

/** Why a figure does not exist (docs/scoring.md, 1). */
export const NULL_REASONS = [
  'stale',
  'noNewTick',
  'noSide',
  'absurd',
  'endedEarly',
  'lone',
  'noSize',
  'pending',
] as const;
export type NullReason = (typeof NULL_REASONS)[number];

/** Figures of an order, bps of the mid at its arrival (docs/scoring.md, 7). */
export const ORDER_FIGURES = [
  'delayBps',
  'executionBps',
  'opportunityBps',
  'shortfallBps',
  'impactBps',
  'reversion1mBps',
  'reversion5mBps',
  'reversion30mBps',
] as const;
export type OrderFigure = (typeof ORDER_FIGURES)[number];

/** One execution: s (P - Mfill) / Mfill, and s (P - M(h)) / Mfill at 1, 5 and 30 minutes; bps. */
export interface AnalysedFill {
  readonly fillId: FillId;
  readonly rfqId: RfqId | null;
  readonly dealerId: DealerId;
  readonly tsEvent: Micros;
  readonly price: number;
  readonly quantity: number;
  /** Mid at the first send of its RFQ, or at the order's arrival. */
  readonly midSent: number | null;
  /** Mid strictly before it. */
  readonly midFill: number | null;
  readonly effectiveSpreadBps: number | null;
  readonly realizedSpread1mBps: number | null;
  readonly realizedSpread5mBps: number | null;
  readonly realizedSpread30mBps: number | null;
}

/** Post-trade analysis of one order, made once its last mark-out is due, and anew after a bust. */
export interface OrderAnalysis {
  readonly orderId: OrderId;
  readonly instrumentId: InstrumentId;
  /** Counts up from 0; the highest holds. */
  readonly revision: number;
  readonly side: Side;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly tsArrived: Micros;
  readonly tsClosed: Micros;
  readonly midArrived: number | null;
  /** bps; null where a mid is missing. */
  readonly figures: Readonly<Record<OrderFigure, number | null>>;
  /** Why a figure is null. */
  readonly nulls: Readonly<Partial<Record<OrderFigure, NullReason>>>;
  /** In the order of execution; of two at one time by id. */
  readonly fills: readonly AnalysedFill[];
}
