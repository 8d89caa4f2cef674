import type { FillEvent, RfqClosedEvent } from '../../schemas/events.ts';
import type { DealerId, FillId, InstrumentId, Micros, OrderId, Side } from '../../schemas/ids.ts';
import type { MetricName } from '../scoring/metrics.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import { priceImprovementBps, signOf } from '../scoring/signs.ts';
import { type Measured, measuredBps, type Observation } from './observation.ts';

/** What one dealer answered. */
interface Answer {
  /** Time of the earliest firm quote. */
  tsFirm?: Micros;
  /** Time of the earliest pass or reject. */
  tsDeclined?: Micros;
}

/** The mids strictly before a fill. */
export interface MidsBefore {
  readonly instrument: Measured;
  /** The benchmark that the instrument had then, which its mark-out is measured against. */
  readonly benchmark: {
    readonly id: InstrumentId;
    readonly beta: number;
    readonly mid: Measured;
  } | null;
}

/** An execution and what the market did around it. */
export interface RfqFill {
  readonly fill: FillEvent;
  /** The mid strictly before the fill, and the benchmark's, once they are final. */
  midBefore?: MidsBefore;
  /** Reversion as a buyer sees it, bps; a seller's is the negative. */
  buyerReversion?: Measured;
}

/**
 * One RFQ from first send to last mark-out; or, where fills name an order and no RFQ, all of them
 * of one order, with nobody asked. Parts may come in any order: until `known`, its own event has
 * not come.
 */
export interface Rfq {
  readonly key: string;
  readonly instrumentId: InstrumentId;
  known: boolean;
  orderId?: OrderId | undefined;
  /** The RFQ's own side; null for a two-sided one. */
  side: Side | null;
  /** Of the order, once seen; decides for a two-sided RFQ. */
  orderSide?: Side;
  /** 1/lines of the list it belongs to. */
  quantity: number;
  /** Dealers asked, and when. */
  readonly asks: Map<DealerId, Micros>;
  tsFirstSent: Micros;
  tsDeadline: Micros;
  midSent?: Measured;
  readonly answers: Map<DealerId, Answer>;
  readonly fills: Map<FillId, RfqFill>;
  /** Fills that were cancelled, some of them before they came. */
  readonly busted: Set<FillId>;
  closed: { readonly ts: Micros; readonly reason: RfqClosedEvent['reason'] } | null;
  /** Its nulls are counted: nothing but a bust is still expected. */
  settled: boolean;
  /** What stands in the sums now, by dealer and metric. */
  readonly emitted: Map<string, Observation>;
}

/** An RFQ of which nothing is known yet but its name. */
export function newRfq(key: string, instrumentId: InstrumentId): Rfq {
  return {
    key,
    instrumentId,
    known: false,
    side: null,
    quantity: 1,
    asks: new Map(),
    tsFirstSent: Number.POSITIVE_INFINITY,
    tsDeadline: Number.POSITIVE_INFINITY,
    answers: new Map(),
    fills: new Map(),
    busted: new Set(),
    closed: null,
    settled: false,
    emitted: new Map(),
  };
}

/** A result that is ready to be observed, or that will never be. */
export interface Result {
  readonly dealerId: DealerId;
  readonly metric: MetricName;
  readonly measured: Measured;
  readonly tsMeasured: Micros;
}

const MAX_RESPONSE_SECONDS = 60;

/**
 * Everything that a closed RFQ says about its dealers as far as it is known now, in the order in
 * which dealers were asked, then filled. Empty until the RFQ is known and closed.
 */
export function resultsOf(rfq: Rfq): Result[] {
  const { closed } = rfq;
  if (!rfq.known || closed === null) return [];
  const results: Result[] = [];
  const fillsByDealer = groupFills(rfq);
  // Cancelled before anybody could have been dealt with: no dealer failed to fill.
  const chargesFills = closed.reason !== 'cancelled' || anyFirm(rfq, closed.ts);
  for (const [dealerId, tsSent] of rfq.asks) {
    // A sequential RFQ that ended before this dealer's turn never asked it.
    if (tsSent > closed.ts) continue;
    const filled = fillsByDealer.has(dealerId) ? 1 : 0;
    if (chargesFills) results.push(at(dealerId, 'fillRate', { value: filled }, tsSent));
    results.push(at(dealerId, 'responseSeconds', responseOf(rfq, dealerId, tsSent), tsSent));
  }
  for (const [dealerId, fills] of fillsByDealer) {
    const tsFirst = Math.min(...fills.map(({ fill }) => fill.tsEvent));
    results.push(at(dealerId, 'priceImprovementBps', improvementOf(rfq, fills), tsFirst));
    results.push(at(dealerId, 'reversion30mBps', reversionOf(rfq, fills), tsFirst));
  }
  return results;
}

function at(dealerId: DealerId, metric: MetricName, measured: Measured, ts: Micros): Result {
  return { dealerId, metric, measured, tsMeasured: ts };
}

function groupFills(rfq: Rfq): Map<DealerId, RfqFill[]> {
  const byDealer = new Map<DealerId, RfqFill[]>();
  for (const entry of rfq.fills.values()) {
    if (rfq.busted.has(entry.fill.fillId)) continue;
    const fills = byDealer.get(entry.fill.dealerId);
    if (fills === undefined) byDealer.set(entry.fill.dealerId, [entry]);
    else fills.push(entry);
  }
  return byDealer;
}

/** The end of answering: the close, or the deadline where that came first. */
function tsEnd(rfq: Rfq, tsClosed: Micros): Micros {
  return Math.min(tsClosed, rfq.tsDeadline);
}

function anyFirm(rfq: Rfq, tsClosed: Micros): boolean {
  const end = tsEnd(rfq, tsClosed);
  for (const { tsFirm } of rfq.answers.values()) {
    if (tsFirm !== undefined && tsFirm <= end) return true;
  }
  return false;
}

/** Wait for the first firm quote in seconds, 60 for a dealer that declined or let time run out. */
function responseOf(rfq: Rfq, dealerId: DealerId, tsSent: Micros): Measured {
  const tsClosed = rfq.closed!.ts;
  const answer = rfq.answers.get(dealerId);
  const end = tsEnd(rfq, tsClosed);
  if (answer?.tsFirm !== undefined && answer.tsFirm <= end) {
    const seconds = Math.max(0, answer.tsFirm - tsSent) / MICROS_PER_SECOND;
    return { value: Math.min(MAX_RESPONSE_SECONDS, seconds) };
  }
  if (answer?.tsDeclined !== undefined && answer.tsDeclined <= end) {
    return { value: MAX_RESPONSE_SECONDS };
  }
  // We ended it while the dealer could still have answered: that says nothing about the dealer.
  if (tsClosed < rfq.tsDeadline) return { missing: 'endedEarly' };
  return { value: MAX_RESPONSE_SECONDS };
}

function sideOf(rfq: Rfq, fill: FillEvent): Side {
  return rfq.side ?? rfq.orderSide ?? fill.side;
}

function improvementOf(rfq: Rfq, fills: readonly RfqFill[]): Measured {
  const { midSent } = rfq;
  if (midSent === undefined) return { missing: 'pending' };
  if ('missing' in midSent) return midSent;
  return sizeWeighted(
    fills.map(({ fill }) => ({
      size: fill.quantity,
      measured: measuredBps(
        priceImprovementBps(signOf(sideOf(rfq, fill)), midSent.value, fill.price),
      ),
    })),
  );
}

function reversionOf(rfq: Rfq, fills: readonly RfqFill[]): Measured {
  if (fills.some((f) => f.buyerReversion === undefined)) return { missing: 'pending' };
  return sizeWeighted(
    fills.map(({ fill, buyerReversion }) => ({
      size: fill.quantity,
      measured: signed(buyerReversion!, signOf(sideOf(rfq, fill))),
    })),
  );
}

function signed(measured: Measured, sign: 1 | -1): Measured {
  return 'missing' in measured ? measured : { value: sign * measured.value };
}

/** Size-weighted mean of what could be measured; the first reason where nothing could. */
function sizeWeighted(parts: readonly { size: number; measured: Measured }[]): Measured {
  let size = 0;
  let sum = 0;
  for (const part of parts) {
    if ('missing' in part.measured) continue;
    size += part.size;
    sum += part.size * part.measured.value;
  }
  return size === 0 ? parts[0]!.measured : { value: sum / size };
}
