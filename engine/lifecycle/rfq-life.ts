import type { RfqClosedEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import { SETTLE_MICROS } from '../scoring/model.ts';
import type { BookContext } from './book-context.ts';
import { noMarket } from './market.ts';
import { countNulls, reviseRfq } from './results.ts';
import type { Rfq, RfqFill } from './rfq.ts';

/** Closes an RFQ, or an order's own fills: its results go out, and its end is set. */
export function closeRfq(
  rfq: Rfq,
  ts: Micros,
  reason: RfqClosedEvent['reason'],
  context: BookContext,
): void {
  const { dues, model, watermark } = context;
  rfq.closed = { ts, reason };
  // Kept even where something was filled: with all of that busted, drifts end at the close.
  if (rfq.rfqId !== null) {
    if (ts < watermark) rfq.marketClosed = noMarket(ts);
    else dues.schedule(ts, { what: 'closeMarket', rfq });
  }
  dues.schedule(ts + SETTLE_MICROS, { what: 'settle', rfq });
  dues.schedule(ts + model.orderTimeoutMicros, { what: 'forget', rfq });
  reviseRfq(rfq, context);
}

/** Refuses parts from now on; counts what is null once no mark-out is still to come. */
export function settleRfq(rfq: Rfq, at: Micros, context: BookContext): void {
  if (rfq.isForgotten) return;
  rfq.isSettled = true;
  const pending = rfq.fills.filter(isPending);
  if (pending.length > 0) {
    const tsLast = pending.reduce((ts, { event }) => Math.max(ts, event.tsEvent), 0);
    const task = { what: 'settle', rfq } as const;
    context.dues.schedule(Math.max(at, tsLast + SETTLE_MICROS), task);
    return;
  }
  countNulls(rfq, context);
  rfq.facts = null;
  if (rfq.fills.length === 0) strip(rfq);
}

/** From now on not even a bust changes it. */
export function endRfq(rfq: Rfq, context: BookContext): void {
  countNulls(rfq, context);
  rfq.isSettled = true;
  rfq.isForgotten = true;
}

export function isPending(fill: RfqFill): boolean {
  return !fill.isBusted && fill.marketsAfter.some((market) => market === null);
}

/** Without fills there is nothing to bust: only the name stays, so that parts are refused. */
function strip(rfq: Rfq): void {
  rfq.dealers.clear();
  rfq.asks.clear();
  rfq.quotes.clear();
  rfq.cancels.clear();
  rfq.acceptances.clear();
  rfq.refused.clear();
}
