import type { DueTask } from './due-queue.ts';
import type { Order } from './order.ts';
import type { Rfq, RfqFill } from './rfq.ts';

/** Everything from which an RFQ or an order can be reached. */
export interface LinkRoots {
  readonly rfqs: Iterable<Rfq>;
  readonly orders: Iterable<Order>;
  readonly tasks: Iterable<DueTask>;
}

/**
 * What leads from RFQs and their fills to orders, kept beside them. An order leads to its RFQs and
 * fills, and a fill may name another order than its RFQ: without these links every RFQ is a tree of
 * bounded depth, with them the whole book may be one chain, too deep for a serializer that recurses.
 */
export interface OrderLinks {
  readonly rfqs: readonly Rfq[];
  /** Of each of `rfqs`. */
  readonly ofRfqs: readonly (Order | null)[];
  /** Of the fills of each of `rfqs`, one after another. */
  readonly ofFills: readonly (Order | null)[];
}

type Linked<T> = { -readonly [K in keyof T]: T[K] };

/** Does `work` with the links cut, and mends them whatever comes of it. */
export function withoutOrderLinks<T>(roots: LinkRoots, work: (links: OrderLinks) => T): T {
  const links = linksOf(roots);
  const fills = links.rfqs.flatMap((rfq) => rfq.fills);
  for (const rfq of links.rfqs) rfq.order = null;
  for (const fill of fills) (fill as Linked<RfqFill>).order = null;
  try {
    return work(links);
  } finally {
    mendOrderLinks(links);
  }
}

export function mendOrderLinks({ rfqs, ofRfqs, ofFills }: OrderLinks): void {
  let at = 0;
  for (const [i, rfq] of rfqs.entries()) {
    rfq.order = ofRfqs[i]!;
    for (const fill of rfq.fills) (fill as Linked<RfqFill>).order = ofFills[at++]!;
  }
}

function linksOf(roots: LinkRoots): OrderLinks {
  const rfqs = [...reachableRfqs(roots)];
  return {
    rfqs,
    ofRfqs: rfqs.map((rfq) => rfq.order),
    ofFills: rfqs.flatMap((rfq) => rfq.fills.map((fill) => fill.order)),
  };
}

function reachableRfqs({ rfqs, orders, tasks }: LinkRoots): Set<Rfq> {
  const seen = new Set<Rfq>();
  const seenOrders = new Set<Order>();
  const todo: Rfq[] = [];
  const see = (rfq: Rfq | null): void => {
    if (rfq === null || seen.has(rfq)) return;
    seen.add(rfq);
    todo.push(rfq);
  };
  const seeOrder = (order: Order | null): void => {
    if (order === null || seenOrders.has(order)) return;
    seenOrders.add(order);
    see(order.own);
    for (const rfq of order.waitingRfqs) see(rfq);
    for (const fill of order.fills) see(fill.rfq);
  };
  for (const rfq of rfqs) see(rfq);
  for (const order of orders) seeOrder(order);
  for (const task of tasks) {
    if ('rfq' in task) see(task.rfq);
    if ('fill' in task) see(task.fill.rfq);
    if ('order' in task) seeOrder(task.order);
  }
  for (let rfq = todo.pop(); rfq !== undefined; rfq = todo.pop()) {
    seeOrder(rfq.order);
    for (const fill of rfq.fills) seeOrder(fill.order);
  }
  return seen;
}
