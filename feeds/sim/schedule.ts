import assert from 'node:assert/strict';
import type { Micros } from '../../schemas/ids.ts';

interface Entry<T> {
  readonly at: Micros;
  /** Order of insertion breaks ties, so that the same pushes always pop alike. */
  readonly number: number;
  readonly item: T;
}

/** More than any market plans ahead (one trading day); past it the planner has a bug. */
const MAX_ENTRIES = 2_000_000;

/** What is to happen, earliest first: a binary heap. Push and pop cost O(log n). */
export class Schedule<T> {
  readonly #heap: Entry<T>[] = [];
  #pushed = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Time of the earliest entry; Infinity when there is none. */
  get next(): Micros {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  push(at: Micros, item: T): void {
    assert(this.#heap.length < MAX_ENTRIES, 'schedule is full');
    const entry = { at, number: this.#pushed++, item };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!precedes(entry, this.#heap[parent]!)) break;
      this.#heap[index] = this.#heap[parent]!;
      index = parent;
    }
    this.#heap[index] = entry;
  }

  /** Takes out the earliest entry. There must be one. */
  pop(): { at: Micros; item: T } {
    const first = this.#heap[0];
    assert(first !== undefined, 'pop from an empty schedule');
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && precedes(heap[child + 1]!, heap[child]!)) child++;
      if (!precedes(heap[child]!, entry)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = entry;
  }
}

function precedes(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}
