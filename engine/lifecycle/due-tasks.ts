import type { Micros } from '../../schemas/ids.ts';
import type { AcceptanceBook } from './acceptance-book.ts';
import type { BookContext } from './book-context.ts';
import type { DueTask } from './due-queue.ts';
import type { FillBook } from './fill-book.ts';
import type { OrderBook } from './order-book.ts';
import type { Rfq } from './rfq.ts';
import type { RfqBook } from './rfq-book.ts';
import { endRfq, settleRfq } from './rfq-life.ts';

export interface Books {
  readonly rfqs: RfqBook;
  readonly orders: OrderBook;
  readonly fills: FillBook;
  readonly acceptances: AcceptanceBook;
}

/** Whether a task cannot be done before the shared log's watermark has passed it too. */
export function needsBenchmark(task: DueTask, { rfqs, fills }: Books): boolean {
  switch (task.what) {
    case 'ask':
      return rfqs.needsBenchmark(task.rfq, task.moment);
    case 'fill':
      return fills.needsBenchmark(task.fill, task.step);
    case 'closeMarket':
      return task.rfq.terms.instrument.beta !== 0;
    case 'orderArrived':
    case 'orderClosed':
      return task.order.own!.terms.instrument.beta !== 0;
    default:
      return false;
  }
}

/** Does a task that the watermark has passed. */
export function perform(task: DueTask, at: Micros, books: Books, context: BookContext): void {
  const { rfqs, orders, fills, acceptances } = books;
  switch (task.what) {
    case 'ask':
      rfqs.measureAsk(task.rfq, task.moment);
      break;
    case 'deadline':
      rfqs.expire(task.rfq, at);
      break;
    case 'closeMarket':
      rfqs.measureClose(task.rfq);
      break;
    case 'settle':
      settleRfq(task.rfq, at, context);
      break;
    case 'forget':
      forget(task.rfq, books, context);
      break;
    case 'fill':
      fills.measure(task.fill, task.step);
      break;
    case 'orderArrived':
      orders.arrived(task.order);
      break;
    case 'orderTimeout':
      orders.timeOut(task.order, at);
      break;
    case 'orderClosed':
      orders.closeMeasured(task.order);
      break;
    case 'orderForget':
      orders.giveUp(task.order);
      break;
    case 'rfqParts':
      rfqs.dropParts(task.key, at);
      break;
    case 'orderParts':
      orders.dropParts(task.key, at);
      break;
    case 'bust':
      fills.dropBust(task.fillId);
      break;
    case 'acceptance':
      acceptances.settle(task.quoteId, at);
      break;
  }
}

function forget(rfq: Rfq, { rfqs, orders, fills }: Books, context: BookContext): void {
  endRfq(rfq, context);
  fills.forget(rfq);
  if (rfq.rfqId === null) orders.forget(rfq.order!);
  else rfqs.forget(rfq);
}
