import { ORDER_FIGURES } from '../../schemas/order-analysis.ts';
import type { BookContext } from './book-context.ts';
import type { Order } from './order.ts';
import { analyse, type OrderFillFacts } from './order-analysis.ts';
import { marketSentOf } from './rfq.ts';
import { isPending } from './rfq-life.ts';

/**
 * Makes the record of an order if it is due, every mid final, and says something that the last one
 * did not.
 */
export function analyseOrder(order: Order, { onAnalysis, counters }: BookContext): void {
  const { event, own, tsClosed, marketClosed, analysis: last } = order;
  if (onAnalysis === undefined || event === null || tsClosed === null) return;
  const marketArrived = own!.sent!.market;
  if (marketClosed === null || marketArrived === null) return;
  const fills = finalFills(order);
  if (fills === null) return;
  const { orderId, instrumentId, side, quantity } = event;
  const { beta } = own!.terms.instrument;
  const facts = { orderId, instrumentId, side, quantity, tsClosed, beta, marketArrived };
  const revision = last === null ? 0 : last.revision + 1;
  const record = analyse({ ...facts, marketClosed, fills, revision });
  if (
    last !== null &&
    JSON.stringify({ ...record, revision: last.revision }) === JSON.stringify(last)
  ) {
    return;
  }
  order.analysis = record;
  for (const figure of ORDER_FIGURES) {
    const reason = record.nulls[figure];
    if (reason !== undefined) counters.add(`null.order_${figure}.${reason}`);
  }
  onAnalysis(record);
}

/** Null while a mid of one is not final; the newest are tried first, since theirs come last. */
function finalFills(order: Order): OrderFillFacts[] | null {
  const final: OrderFillFacts[] = [];
  for (let i = order.fills.length - 1; i >= 0; i--) {
    const fill = order.fills[i]!;
    if (fill.isBusted) continue;
    const marketSent = marketSentOf(fill.rfq);
    if (isPending(fill) || marketSent === null) return null;
    const { event, marketBefore, marketsAfter, rfq } = fill;
    const { beta } = rfq.terms.instrument;
    final.push({ event, beta, marketBefore, marketsAfter, midSent: marketSent.mid });
  }
  return final.sort(
    ({ event: a }, { event: b }) => a.tsEvent - b.tsEvent || (a.fillId < b.fillId ? -1 : 1),
  );
}
