import type { Micros } from '../../schemas/ids.ts';

/** A push of the price, signed like the client's side: positive moves it up. */
export interface Impulse {
  readonly at: Micros;
  /** Comes back with a half-life of minutes: the price of immediacy. */
  readonly temporaryBps: number;
  /** Stays for about a day: what the market has learnt. */
  readonly lastingBps: number;
}

const TEMPORARY_HALF_LIFE_MICROS = 6 * 60_000_000;
const LASTING_HALF_LIFE_MICROS = 86_400_000_000;

const fading = (elapsedMicros: number, halfLifeMicros: number): number =>
  Math.exp((-Math.LN2 * elapsedMicros) / halfLifeMicros);

/** What is left of an impulse at a time, bps; nothing before it. */
export function impulseAt(impulse: Impulse, at: Micros): number {
  const elapsed = at - impulse.at;
  if (elapsed < 0) return 0;
  return (
    impulse.temporaryBps * fading(elapsed, TEMPORARY_HALF_LIFE_MICROS) +
    impulse.lastingBps * fading(elapsed, LASTING_HALF_LIFE_MICROS)
  );
}

/** The sum of all impulses on one instrument. Bounded: past ones are folded into two numbers. */
export class ImpactTrace {
  #foldedAt: Micros = 0;
  #temporaryBps = 0;
  #lastingBps = 0;
  #pending: Impulse[] = [];

  /** Impulses may lie in the future; they count from their time on. */
  add(impulses: readonly Impulse[]): void {
    this.#pending.push(...impulses);
  }

  /** Impact in bps. Times must not be before the last `fold`. */
  at(ts: Micros): number {
    const elapsed = ts - this.#foldedAt;
    let bps =
      this.#temporaryBps * fading(elapsed, TEMPORARY_HALF_LIFE_MICROS) +
      this.#lastingBps * fading(elapsed, LASTING_HALF_LIFE_MICROS);
    for (const impulse of this.#pending) bps += impulseAt(impulse, ts);
    return bps;
  }

  /** Forgets the single impulses up to `ts` and keeps their sums. */
  fold(ts: Micros): void {
    if (!this.#pending.some((impulse) => impulse.at <= ts)) return;
    const elapsed = ts - this.#foldedAt;
    this.#temporaryBps *= fading(elapsed, TEMPORARY_HALF_LIFE_MICROS);
    this.#lastingBps *= fading(elapsed, LASTING_HALF_LIFE_MICROS);
    for (const impulse of this.#pending) {
      if (impulse.at > ts) continue;
      this.#temporaryBps +=
        impulse.temporaryBps * fading(ts - impulse.at, TEMPORARY_HALF_LIFE_MICROS);
      this.#lastingBps += impulse.lastingBps * fading(ts - impulse.at, LASTING_HALF_LIFE_MICROS);
    }
    this.#foldedAt = ts;
    this.#pending = this.#pending.filter((impulse) => impulse.at > ts);
  }
}
