import { SETTLE_MICROS } from '../../../engine/scoring/model.ts';
import type { FillEvent, FirstcallEvent } from '../../../schemas/events.ts';
import type { DealerId, FillId, Micros, Side } from '../../../schemas/ids.ts';
import { type Admitted, byTime, eventsOf, type Market } from './admitted.ts';
import {
  adjustedMove,
  at,
  before,
  bpsOf,
  isFinal,
  isFinalWithBenchmark,
  midOf,
  type Value,
} from './mids.ts';
import { type NaiveResult, resultOf } from './results.ts';
import { signOf } from './sides.ts';
import type { Terms } from './terms.ts';

export type Fill = Admitted<FillEvent>;

/** What fills are grouped by: an RFQ, or an order for its fills without one. */
export interface Trade {
  readonly terms: Terms;
  readonly side: Side | null;
  /** Nominal asked for. */
  readonly quantity: number;
  /** Of an observation: 1, or 1/lines. */
  readonly weight: number;
  /** Msent is the mid at this time. */
  readonly tsSent: Micros;
  readonly tsClosed: Micros;
  readonly isClosed: boolean;
  /** Those that stand, in the order of execution. */
  readonly fills: readonly Fill[];
}

export const HORIZONS = [
  { name: '1m', micros: 60_000_000 },
  { name: '5m', micros: 300_000_000 },
  { name: '30m', micros: 1_800_000_000 },
] as const;

/** Those that came before what was closed at `tsClosed` was settled. */
export function partsInTime<E extends FirstcallEvent>(
  parts: readonly Admitted<E>[],
  tsClosed: Micros,
): Admitted<E>[] {
  return parts.filter(({ watermark }) => watermark <= tsClosed + SETTLE_MICROS);
}

/** Fills that came before the trade was settled, less the busted ones, in the order of execution. */
export function standingFills(market: Market, fills: readonly Fill[], tsClosed: Micros): Fill[] {
  return partsInTime(fills, tsClosed)
    .filter(({ event }) => !isBusted(market, event.fillId, tsClosed))
    .sort(byTime);
}

function isBusted(market: Market, fillId: FillId, tsClosed: Micros): boolean {
  return eventsOf(market.log, 'fillBust').some(
    ({ event, watermark }) =>
      event.fillId === fillId && watermark <= tsClosed + market.model.orderTimeoutMicros,
  );
}

/** Price improvement and reversions of every dealer that filled. */
export function pricedResults(market: Market, trade: Trade): NaiveResult[] {
  if (!trade.isClosed) return [];
  const dealers = [...new Set(trade.fills.map(({ event }) => event.dealerId))];
  return dealers.flatMap((dealerId) => {
    const fills = trade.fills.filter(({ event }) => event.dealerId === dealerId);
    const tsMeasured = fills[0]!.event.tsEvent;
    const result = (metric: string, value: Value) =>
      resultOf(market, trade, { dealerId: dealerId as DealerId, metric, tsMeasured, value });
    return [
      ...result('priceImprovementBps', priceImprovement(market, trade, fills)),
      ...HORIZONS.flatMap(({ name, micros }) =>
        result(`reversion${name}Bps`, reversion(market, trade, fills, micros)),
      ),
    ];
  });
}

function priceImprovement(market: Market, trade: Trade, fills: readonly Fill[]): Value {
  if (!isFinal(market, trade.tsSent)) return 'notYet';
  if (trade.side === null) return 'noSide';
  const sent = midOf(market, trade.terms, at(trade.tsSent));
  if (sent === 'stale') return 'stale';
  const s = signOf(trade.side);
  return bpsOf(weightedBySize(fills, ({ price }) => (s * (sent.mid - price)) / sent.mid));
}

/** Of one dealer's fills, over those that have one; not yet while one of them is not due. */
function reversion(market: Market, trade: Trade, fills: readonly Fill[], horizon: Micros): Value {
  const isDue = fills.every(({ event }) =>
    isFinalWithBenchmark(market, trade.terms, event.tsEvent + horizon),
  );
  if (!isDue) return 'notYet';
  if (trade.side === null) return 'noSide';
  return meanReversion(
    fills.map((fill) => ({
      fill,
      value: fillReversion(market, trade.terms, trade.side!, fill.event.tsEvent, horizon),
    })),
  );
}

/** s [(M(fill + h) - Mfill) / Mfill - beta (B(fill + h) - Bfill) / Bfill], bps. */
export function fillReversion(
  market: Market,
  terms: Terms,
  side: Side,
  ts: Micros,
  horizon: Micros,
): Value {
  const move = adjustedMove(market, terms, before(ts), at(ts + horizon), ts);
  return bpsOf(typeof move === 'string' ? move : signOf(side) * move);
}

/** Over the fills that have one; where none has, the first one's reason. */
export function meanReversion(
  reversions: readonly { readonly fill: Fill; readonly value: Value }[],
): Value {
  const known = reversions.filter(({ value }) => typeof value === 'number');
  if (known.length === 0) return reversions[0]!.value;
  const size = known.reduce((sum, { fill }) => sum + fill.event.quantity, 0);
  return (
    known.reduce((sum, { fill, value }) => sum + fill.event.quantity * (value as number), 0) / size
  );
}

function weightedBySize(fills: readonly Fill[], value: (fill: FillEvent) => number): number {
  const size = fills.reduce((sum, { event }) => sum + event.quantity, 0);
  return fills.reduce((sum, { event }) => sum + event.quantity * value(event), 0) / size;
}
