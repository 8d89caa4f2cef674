import type { FillEvent } from '../../schemas/events.ts';
import type { InstrumentId, Micros, OrderId, Side } from '../../schemas/ids.ts';
import {
  type AnalysedFill,
  type NullReason,
  ORDER_FIGURES,
  type OrderAnalysis,
  type OrderFigure,
} from '../../schemas/order-analysis.ts';
import type { FillFacts, MarketAt, Measured } from '../scoring/facts.ts';
import { BPS, measuredBps, measuredMove, signOf, sizeWeighted } from '../scoring/signs.ts';

/** A fill of an order, every market final. */
export interface OrderFillFacts extends FillFacts {
  readonly event: FillEvent;
  /** On the benchmark, as its RFQ has it; 0 without one. */
  readonly beta: number;
  /** Mid at the first send of its RFQ, or at the order's arrival; null: stale. */
  readonly midSent: number | null;
}

/** A closed order, every market final. */
export interface OrderFacts {
  readonly orderId: OrderId;
  readonly instrumentId: InstrumentId;
  readonly revision: number;
  readonly side: Side;
  readonly quantity: number;
  readonly tsClosed: Micros;
  readonly beta: number;
  readonly marketArrived: MarketAt;
  readonly marketClosed: MarketAt;
  /** Less the busted ones, in the order of execution. */
  readonly fills: readonly OrderFillFacts[];
}

const STALE: Measured = { missing: 'stale' };

/** The post-trade analysis of an order (docs/scoring.md, 7). */
export function analyse(order: OrderFacts): OrderAnalysis {
  const { orderId, instrumentId, revision, side, tsClosed, marketArrived, fills } = order;
  const filledQuantity = fills.reduce((sum, { event }) => sum + event.quantity, 0);
  // More may be filled than was ordered; nothing is left then.
  const quantity = Math.max(order.quantity, filledQuantity);
  const figures = {} as Record<OrderFigure, number | null>;
  const nulls: Partial<Record<OrderFigure, NullReason>> = {};
  const measured = measureFigures(order, quantity, filledQuantity);
  for (const name of ORDER_FIGURES) {
    const figure = measured[name];
    figures[name] = figure !== null && 'value' in figure ? figure.value : null;
    if (figure !== null && 'missing' in figure) nulls[name] = figure.missing;
  }
  return {
    orderId,
    instrumentId,
    revision,
    side,
    quantity: order.quantity,
    filledQuantity,
    tsArrived: marketArrived.ts,
    tsClosed,
    midArrived: marketArrived.mid,
    figures,
    nulls,
    fills: fills.map((fill) => analyseFill(fill, signOf(side))),
  };
}

/** Null: nothing was filled that could revert. */
function measureFigures(
  order: OrderFacts,
  quantity: number,
  filled: number,
): Record<OrderFigure, Measured | null> {
  const sign = signOf(order.side);
  const { marketArrived, marketClosed, fills } = order;
  const midArrived = marketArrived.mid;
  const inBps = (difference: number | null): Measured =>
    midArrived === null || difference === null
      ? STALE
      : measuredBps(((sign * difference) / midArrived) * BPS);
  const delay = inBps(sumOver(fills, quantity, (fill) => minus(fill.midSent, midArrived)));
  const execution = inBps(
    sumOver(fills, quantity, (fill) => minus(fill.event.price, fill.midSent)),
  );
  const moved = minus(marketClosed.mid, midArrived);
  const opportunity = inBps(moved === null ? null : (1 - filled / quantity) * moved);
  return {
    delayBps: delay,
    executionBps: execution,
    opportunityBps: opportunity,
    shortfallBps: sumOf([delay, execution, opportunity]),
    impactBps: impactOf(order, sign),
    reversion1mBps: reversionOf(order, sign, 0),
    reversion5mBps: reversionOf(order, sign, 1),
    reversion30mBps: reversionOf(order, sign, 2),
  };
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** Sum of (f / Q) x over the fills; null where any x is. */
function sumOver(
  fills: readonly OrderFillFacts[],
  quantity: number,
  of: (fill: OrderFillFacts) => number | null,
): number | null {
  let sum = 0;
  for (const fill of fills) {
    const x = of(fill);
    if (x === null) return null;
    sum += (fill.event.quantity / quantity) * x;
  }
  return sum;
}

function sumOf(parts: readonly Measured[]): Measured {
  let sum = 0;
  for (const part of parts) {
    if ('missing' in part) return part;
    sum += part.value;
  }
  return measuredBps(sum);
}

/** As a move, but an unmoved mid is an impact of 0: nobody claims that it is a new one. */
function impactOf({ beta, marketArrived, marketClosed }: OrderFacts, sign: 1 | -1): Measured {
  const later = { ...marketClosed, tsTick: Number.POSITIVE_INFINITY };
  return measuredMove(sign, beta, marketArrived, later);
}

function reversionOf(order: OrderFacts, sign: 1 | -1, horizon: number): Measured | null {
  if (order.fills.length === 0) return null;
  return sizeWeighted(
    order.fills.map(({ event, beta, marketBefore, marketsAfter }) => ({
      size: event.quantity,
      measured: measuredMove(sign, beta, marketBefore, marketsAfter[horizon]!),
    })),
  );
}

function analyseFill(fill: OrderFillFacts, sign: 1 | -1): AnalysedFill {
  const { event, marketBefore, marketsAfter, midSent } = fill;
  const spread = (mid: number | null): number | null =>
    mid === null || marketBefore!.mid === null
      ? null
      : presentBps(((sign * (event.price - mid)) / marketBefore!.mid) * BPS);
  // As with the reversion that it adds up with: a mid no newer than the fill says nothing.
  const realized = (horizon: number): number | null => {
    const after = marketsAfter[horizon]!;
    return spread(after.tsTick <= event.tsEvent ? null : after.mid);
  };
  return {
    fillId: event.fillId,
    rfqId: event.rfqId ?? null,
    dealerId: event.dealerId,
    tsEvent: event.tsEvent,
    price: event.price,
    quantity: event.quantity,
    midSent,
    midFill: marketBefore!.mid,
    effectiveSpreadBps: spread(marketBefore!.mid),
    realizedSpread1mBps: realized(0),
    realizedSpread5mBps: realized(1),
    realizedSpread30mBps: realized(2),
  };
}

function presentBps(bps: number): number | null {
  const measured = measuredBps(bps);
  return 'value' in measured ? measured.value : null;
}
