import type { Model } from '../../../engine/scoring/model.ts';
import type { FirstcallEvent } from '../../../schemas/events.ts';
import type { Side } from '../../../schemas/ids.ts';
import type {
  AnalysedFill,
  NullReason,
  OrderAnalysis,
  OrderFigure,
} from '../../../schemas/order-analysis.ts';
import { type Market, marketOf } from './admitted.ts';
import {
  adjustedMove,
  at,
  before,
  bpsOf,
  isFinal,
  isFinalWithBenchmark,
  type Mid,
  midOf,
} from './mids.ts';
import { type NaiveOrder, naiveOrders } from './orders.ts';
import { type NaiveRfq, naiveRfqs } from './rfqs.ts';
import { signOf } from './sides.ts';
import { type Fill, fillReversion, HORIZONS, meanReversion, type Trade } from './trades.ts';

export type NaiveAnalysis = Omit<OrderAnalysis, 'revision'>;
type Figure = number | NullReason;

/** A fill and what it is a fill of, which says Msent, beta and staleness. */
interface Execution {
  readonly fill: Fill;
  readonly trade: Trade;
}

/** The last records of all orders whose analysis is due, by docs/scoring.md, 7. */
export function naiveAnalyses(
  log: readonly FirstcallEvent[],
  sharedLog: readonly FirstcallEvent[],
  model: Model,
): NaiveAnalysis[] {
  const market = marketOf(log, sharedLog, model);
  const rfqs = naiveRfqs(market);
  return naiveOrders(market).flatMap((order) => {
    const executions = executionsOf(order, rfqs);
    return isDue(market, order, executions) ? [analysisOf(market, order, executions)] : [];
  });
}

/** Those that name the order and those of its RFQs, in the order of execution. */
function executionsOf(order: NaiveOrder, rfqs: readonly NaiveRfq[]): Execution[] {
  const { orderId } = order.event;
  const ofRfqs = rfqs.flatMap((trade) =>
    trade.fills
      .filter(({ event }) => trade.event.orderId === orderId || event.orderId === orderId)
      .map((fill) => ({ fill, trade })),
  );
  const own = order.fills.map((fill) => ({ fill, trade: order }));
  return [...ofRfqs, ...own].sort(
    ({ fill: { event: a } }, { fill: { event: b } }) =>
      a.tsEvent - b.tsEvent || (a.fillId < b.fillId ? -1 : 1),
  );
}

const LONGEST = HORIZONS.at(-1)!.micros;

function isDue(market: Market, order: NaiveOrder, executions: readonly Execution[]): boolean {
  return (
    order.isClosed &&
    isFinalWithBenchmark(market, order.terms, order.tsClosed) &&
    executions.every(({ fill, trade }) =>
      isFinalWithBenchmark(market, trade.terms, fill.event.tsEvent + LONGEST),
    ) &&
    executions.every(({ trade }) => isFinal(market, trade.tsSent))
  );
}

function analysisOf(
  market: Market,
  order: NaiveOrder,
  executions: readonly Execution[],
): NaiveAnalysis {
  const { event, terms, tsClosed } = order;
  const filledQuantity = executions.reduce((sum, { fill }) => sum + fill.event.quantity, 0);
  const quantity = Math.max(event.quantity, filledQuantity);
  const arrived = midOf(market, terms, at(event.tsEvent));
  const figures = figuresOf(market, order, executions, quantity, filledQuantity);
  const named = Object.entries(figures) as [OrderFigure, Figure | undefined][];
  return {
    orderId: event.orderId,
    instrumentId: event.instrumentId,
    side: event.side,
    quantity: event.quantity,
    filledQuantity,
    tsArrived: event.tsEvent,
    tsClosed,
    midArrived: arrived === 'stale' ? null : arrived.mid,
    figures: Object.fromEntries(
      named.map(([name, value]) => [name, typeof value === 'number' ? value : null]),
    ) as Record<OrderFigure, number | null>,
    nulls: Object.fromEntries(named.filter(([, value]) => typeof value === 'string')) as Partial<
      Record<OrderFigure, NullReason>
    >,
    fills: executions.map((execution) => analysedFill(market, event.side, execution)),
  };
}

/** bps; a reversion of an order without fills is undefined: null, without a reason. */
function figuresOf(
  market: Market,
  order: NaiveOrder,
  executions: readonly Execution[],
  quantity: number,
  filledQuantity: number,
): Record<OrderFigure, Figure | undefined> {
  const { event, terms, tsClosed } = order;
  const s = signOf(event.side);
  const arrived = midOf(market, terms, at(event.tsEvent));
  const closed = midOf(market, terms, at(tsClosed));
  /** Sum of (f / Q) s (moved) / M0 over the executions; `moved` is asked for with Msent. */
  const sumOver = (moved: (sent: Mid, arrived: Mid, price: number) => number): Figure => {
    if (arrived === 'stale') return 'stale';
    let sum = 0;
    for (const { fill, trade } of executions) {
      const sent = midOf(market, trade.terms, at(trade.tsSent));
      if (sent === 'stale') return 'stale';
      const { price, quantity: size } = fill.event;
      sum += ((size / quantity) * s * moved(sent, arrived, price)) / arrived.mid;
    }
    return bpsOf(sum);
  };
  const delay = sumOver((sent, m0) => sent.mid - m0.mid);
  const execution = sumOver((sent, _m0, price) => price - sent.mid);
  const opportunity =
    arrived === 'stale' || closed === 'stale'
      ? 'stale'
      : bpsOf(((1 - filledQuantity / quantity) * s * (closed.mid - arrived.mid)) / arrived.mid);
  const impact = adjustedMove(market, terms, at(event.tsEvent), at(tsClosed));
  const [reversion1m, reversion5m, reversion30m] = HORIZONS.map(({ micros }) =>
    orderReversion(market, event.side, executions, micros),
  );
  return {
    delayBps: delay,
    executionBps: execution,
    opportunityBps: opportunity,
    shortfallBps: addUp([delay, execution, opportunity]),
    impactBps: bpsOf(typeof impact === 'string' ? impact : s * impact),
    reversion1mBps: reversion1m,
    reversion5mBps: reversion5m,
    reversion30mBps: reversion30m,
  };
}

/** Null, with the first one's reason, where a part is. */
function addUp(parts: readonly Figure[]): Figure {
  const missing = parts.find((part) => typeof part === 'string');
  return missing ?? (parts as number[]).reduce((sum, part) => sum + part, 0);
}

function orderReversion(
  market: Market,
  side: Side,
  executions: readonly Execution[],
  horizon: number,
): Figure | undefined {
  if (executions.length === 0) return undefined;
  const reversions = executions.map(({ fill, trade }) => ({
    fill,
    value: fillReversion(market, trade.terms, side, fill.event.tsEvent, horizon),
  }));
  return meanReversion(reversions) as Figure;
}

function analysedFill(market: Market, side: Side, { fill, trade }: Execution): AnalysedFill {
  const { fillId, rfqId, dealerId, tsEvent, price, quantity } = fill.event;
  const sent = midOf(market, trade.terms, at(trade.tsSent));
  const filled = midOf(market, trade.terms, before(tsEvent));
  const spreadTo = (mid: Mid | 'stale'): number | null => {
    if (filled === 'stale' || mid === 'stale') return null;
    const spread = bpsOf((signOf(side) * (price - mid.mid)) / filled.mid);
    return typeof spread === 'string' ? null : spread;
  };
  const realized = HORIZONS.map(({ micros }) => {
    const later = midOf(market, trade.terms, at(tsEvent + micros));
    return later !== 'stale' && later.ts <= tsEvent ? null : spreadTo(later);
  });
  return {
    fillId,
    rfqId: rfqId ?? null,
    dealerId,
    tsEvent,
    price,
    quantity,
    midSent: sent === 'stale' ? null : sent.mid,
    midFill: filled === 'stale' ? null : filled.mid,
    effectiveSpreadBps: spreadTo(filled),
    realizedSpread1mBps: realized[0]!,
    realizedSpread5mBps: realized[1]!,
    realizedSpread30mBps: realized[2]!,
  };
}
