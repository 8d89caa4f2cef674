import type { Micros } from '../../schemas/ids.ts';

/** Something to be done once the watermark has passed a moment of event time. */
export interface Due {
  readonly at: Micros;
  /** Order of scheduling, which settles ties: it depends on the log alone. */
  readonly order: number;
  readonly task: DueTask;
}

/** What is due, for which RFQ or order (its key in the book). Data, so that it can be stored. */
export type DueTask =
  | { readonly what: 'midSent' | 'deadline' | 'retire' | 'orphan'; readonly rfqKey: string }
  | { readonly what: 'midFill' | 'markout'; readonly rfqKey: string; readonly fillId: string }
  | {
      readonly what: 'orderMid' | 'orderTimeout' | 'orderRetire' | 'orderForget';
      readonly orderId: string;
    };

/** Tasks by due time, then by order of scheduling: a binary heap. */
export class DueQueue {
  readonly #heap: Due[] = [];
  #scheduled = 0;

  get size(): number {
    return this.#heap.length;
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
