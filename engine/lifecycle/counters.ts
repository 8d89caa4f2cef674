import { EVENT_KINDS, type EventKind } from '../../schemas/events.ts';

/** By kind of event: the name that it is counted by, made once rather than for every event. */
export const ACCEPTED = Object.fromEntries(
  EVENT_KINDS.map((kind) => [kind, `accepted.${kind}`]),
) as Readonly<Record<EventKind, string>>;

/** Counts by name; the names are a small fixed set, so that this does not grow. */
export class Counters {
  #counts = new Map<string, number>();

  add(name: string, n = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + n);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  snapshot(): Map<string, number> {
    return this.#counts;
  }

  restore(counts: Map<string, number>): void {
    this.#counts = counts;
  }

  /** Sorted by name. */
  entries(): [string, number][] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
