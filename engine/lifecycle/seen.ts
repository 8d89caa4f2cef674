import type { Micros } from '../../schemas/ids.ts';

/** A `Seen`, as a snapshot has it. */
export interface SeenSnapshot<T> {
  readonly current: Map<string, T>;
  readonly previous: Map<string, T>;
  readonly tsCurrent: Micros;
  readonly tsPrevious: Micros;
}

/**
 * What came under each id, for as long as a repeat would not be late. Two generations, the older
 * dropped whole once the watermark has passed all of it: no sweep, and about three latenesses of
 * ids at most.
 */
export class Seen<T> {
  #current = new Map<string, T>();
  #previous = new Map<string, T>();
  #tsCurrent = -1;
  #tsPrevious = -1;

  /** What came under the id before; undefined when it is new, and noted. */
  note(id: string, tsEvent: Micros, content: T, watermark: Micros): T | undefined {
    const known = this.#current.get(id) ?? this.#previous.get(id);
    if (known !== undefined) return known;
    if (this.#tsPrevious < watermark) this.#rotate();
    this.#current.set(id, content);
    if (tsEvent > this.#tsCurrent) this.#tsCurrent = tsEvent;
    return undefined;
  }

  snapshot(): SeenSnapshot<T> {
    return {
      current: this.#current,
      previous: this.#previous,
      tsCurrent: this.#tsCurrent,
      tsPrevious: this.#tsPrevious,
    };
  }

  restore({ current, previous, tsCurrent, tsPrevious }: SeenSnapshot<T>): void {
    this.#current = current;
    this.#previous = previous;
    this.#tsCurrent = tsCurrent;
    this.#tsPrevious = tsPrevious;
  }

  #rotate(): void {
    this.#previous = this.#current;
    this.#tsPrevious = this.#tsCurrent;
    this.#current = new Map();
    this.#tsCurrent = -1;
  }
}

/** Whether two events of one kind say the same, whatever they are called. */
export function isSameContent(a: object, b: object): boolean {
  const one = a as Record<string, unknown>;
  const other = b as Record<string, unknown>;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  keys.delete('id');
  for (const key of keys) if (one[key] !== other[key]) return false;
  return true;
}
