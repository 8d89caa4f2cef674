import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';

/** A part that came before its whole, and the watermark that it met. */
export interface WaitingPart<E extends FirstcallEvent> {
  readonly event: E;
  readonly watermark: Micros;
}

/** Parts of RFQs or orders that have not come yet, in log order. */
export class Waiting<E extends FirstcallEvent> {
  #parts = new Map<string, WaitingPart<E>[]>();

  snapshot(): Map<string, WaitingPart<E>[]> {
    return this.#parts;
  }

  restore(parts: Map<string, WaitingPart<E>[]>): void {
    this.#parts = parts;
  }

  add(key: string, event: E, watermark: Micros): void {
    const parts = this.#parts.get(key);
    if (parts === undefined) this.#parts.set(key, [{ event, watermark }]);
    else parts.push({ event, watermark });
  }

  /** Hands over what waits under a key. */
  take(key: string): readonly WaitingPart<E>[] {
    const parts = this.#parts.get(key) ?? [];
    this.#parts.delete(key);
    return parts;
  }

  /** Gives up the parts up to a time; returns how many they were. */
  drop(key: string, tsLast: Micros): number {
    const parts = this.#parts.get(key) ?? [];
    const kept = parts.filter(({ event }) => event.tsEvent > tsLast);
    if (kept.length === 0) this.#parts.delete(key);
    else this.#parts.set(key, kept);
    return parts.length - kept.length;
  }
}
