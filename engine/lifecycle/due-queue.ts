import type { FillId, Micros, QuoteId } from '../../schemas/ids.ts';
import type { Order } from './order.ts';
import type { AskMoment, Rfq, RfqFill } from './rfq.ts';

/** Something to be done once the watermark has passed a moment of event time. */
export interface Due {
  readonly at: Micros;
  /** Order of scheduling, which settles ties: it depends on the log alone. */
  readonly order: number;
  readonly task: DueTask;
}

/** What is due, and for what. */
export type DueTask =
  | { readonly what: 'ask'; readonly rfq: Rfq; readonly moment: AskMoment }
  | { readonly what: 'deadline' | 'closeMarket' | 'settle' | 'forget'; readonly rfq: Rfq }
  /** Step 0: the market before the fill; 1 and on: at that horizon. */
  | { readonly what: 'fill'; readonly fill: RfqFill; readonly step: number }
  | {
      readonly what: 'orderArrived' | 'orderTimeout' | 'orderClosed' | 'orderForget';
      readonly order: Order;
    }
  | { readonly what: 'rfqParts' | 'orderParts'; readonly key: string }
  | { readonly what: 'bust'; readonly fillId: FillId }
  | { readonly what: 'acceptance'; readonly quoteId: QuoteId };

/** A `DueQueue`, as a snapshot has it. */
export interface DueSnapshot {
  readonly heap: Due[];
  readonly scheduled: number;
}

/** Tasks by due time, then by order of scheduling: a binary heap. */
export class DueQueue {
  #heap: Due[] = [];
  #scheduled = 0;

  get size(): number {
    return this.#heap.length;
  }

  snapshot(): DueSnapshot {
    return { heap: this.#heap, scheduled: this.#scheduled };
  }

  restore({ heap, scheduled }: DueSnapshot): void {
    this.#heap = heap;
    this.#scheduled = scheduled;
  }

  peek(): Due | undefined {
    return this.#heap[0];
  }

  schedule(at: Micros, task: DueTask): void {
    const heap = this.#heap;
    const due: Due = { at, order: this.#scheduled++, task };
    let i = heap.length;
    heap.push(due);
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      if (!isSooner(due, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = due;
  }

  /** Removes and returns the soonest task. */
  take(): Due | undefined {
    const heap = this.#heap;
    const soonest = heap[0];
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) this.#sink(last);
    return soonest;
  }

  #sink(due: Due): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isSooner(heap[child + 1]!, heap[child]!)) child++;
      if (!isSooner(heap[child]!, due)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = due;
  }
}

function isSooner(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
