import type { DealerId, InstrumentId, Micros, Side } from '../../schemas/ids.ts';
import type { AxeEvent } from './observation.ts';

/** Prune only when this many axes wait, so that the cost is spread over many inserts. */
const PRUNE_AT = 16;

/** Newest axes of one dealer in one instrument as of a moment, by the dealer's side. */
export type AxePair = Readonly<Record<Side, AxeEvent | null>>;

/** The axes of one (dealer, instrument, dealer side) by event time; of two at one, log order. */
class AxeSeries {
  readonly #axes: AxeEvent[];

  constructor(axes: AxeEvent[] = []) {
    this.#axes = axes;
  }

  get axes(): AxeEvent[] {
    return this.#axes;
  }

  /** Returns whether it is the newest now. */
  insert(axe: AxeEvent): boolean {
    let at = this.#axes.length;
    while (at > 0 && this.#axes[at - 1]!.tsEvent > axe.tsEvent) at--;
    this.#axes.splice(at, 0, axe);
    return at === this.#axes.length - 1;
  }

  at(t: Micros): AxeEvent | null {
    let at = this.#axes.length - 1;
    while (at >= 0 && this.#axes[at]!.tsEvent > t) at--;
    return at < 0 ? null : this.#axes[at]!;
  }

  /** Forgets what no question about a time >= watermark can need. */
  prune(watermark: Micros): void {
    if (this.#axes.length < PRUNE_AT) return;
    let keepFrom = 0;
    while (keepFrom + 1 < this.#axes.length && this.#axes[keepFrom + 1]!.tsEvent <= watermark) {
      keepFrom++;
    }
    this.#axes.splice(0, keepFrom);
  }
}

/** By instrument, dealer and the dealer's side, as a snapshot has it. */
export type AxeSnapshot = Map<InstrumentId, Map<DealerId, Record<Side, AxeEvent[]>>>;

/** What dealers have said they want to deal in, as far back as an ask may still look. */
export class AxeBook {
  readonly #series = new Map<InstrumentId, Map<DealerId, Record<Side, AxeSeries>>>();

  /** Takes an axe once. Returns whether it is the newest of its dealer, instrument and side. */
  insert(axe: AxeEvent, watermark: Micros): boolean {
    const { instrumentId, dealerId, dealerSide } = axe;
    let dealers = this.#series.get(instrumentId);
    if (dealers === undefined) {
      dealers = new Map();
      this.#series.set(instrumentId, dealers);
    }
    let sides = dealers.get(dealerId);
    if (sides === undefined) {
      sides = { buy: new AxeSeries(), sell: new AxeSeries() };
      dealers.set(dealerId, sides);
    }
    const isNewest = sides[dealerSide].insert(axe);
    sides[dealerSide].prune(watermark);
    return isNewest;
  }

  snapshot(): AxeSnapshot {
    const snapshot: AxeSnapshot = new Map();
    for (const [instrumentId, dealers] of this.#series) {
      const kept = new Map<DealerId, Record<Side, AxeEvent[]>>();
      snapshot.set(instrumentId, kept);
      for (const [dealerId, { buy, sell }] of dealers) {
        kept.set(dealerId, { buy: buy.axes, sell: sell.axes });
      }
    }
    return snapshot;
  }

  restore(snapshot: AxeSnapshot): void {
    for (const [instrumentId, dealers] of snapshot) {
      const kept = new Map<DealerId, Record<Side, AxeSeries>>();
      this.#series.set(instrumentId, kept);
      for (const [dealerId, { buy, sell }] of dealers) {
        kept.set(dealerId, { buy: new AxeSeries(buy), sell: new AxeSeries(sell) });
      }
    }
  }

  /** The newest axes at or before t; null where there was never any. */
  at(instrumentId: InstrumentId, dealerId: DealerId, t: Micros): AxePair | null {
    const sides = this.#series.get(instrumentId)?.get(dealerId);
    return sides === undefined ? null : { buy: sides.buy.at(t), sell: sides.sell.at(t) };
  }
}
