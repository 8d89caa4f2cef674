import type { TickEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';

/** A mid and the time of the tick it comes from. */
export interface Mid {
  readonly mid: number;
  readonly tsTick: Micros;
}

/** Prune only when this many ticks wait, so that the cost is spread over many inserts. */
const PRUNE_AT = 64;

/** A series, as a snapshot has it. */
interface SeriesSnapshot {
  readonly times: Micros[];
  readonly mids: number[];
  readonly ids: string[];
  readonly replaced: Map<Micros, string[]>;
}

/** Of each instrument. */
export type MidSnapshot = Map<string, SeriesSnapshot>;

/** The mids of one instrument that can still be asked for, by event time. */
class MidSeries {
  #times: Micros[] = [];
  #mids: number[] = [];
  /** Event ids of the ticks behind the mids. */
  #ids: string[] = [];
  /** Ids of ticks that another of their time has replaced, by time: their repeats must not win. */
  #replaced = new Map<Micros, string[]>();

  snapshot(): SeriesSnapshot {
    return { times: this.#times, mids: this.#mids, ids: this.#ids, replaced: this.#replaced };
  }

  restore({ times, mids, ids, replaced }: SeriesSnapshot): void {
    this.#times = times;
    this.#mids = mids;
    this.#ids = ids;
    this.#replaced = replaced;
  }

  /**
   * Accepts a tick in any order; of two with one time stamp the later in the log holds. Returns
   * whether it is the newest now, and no repeat.
   */
  insert(tsTick: Micros, mid: number, id: string): boolean {
    const at = this.#firstAfter(tsTick);
    const isNewest = at === this.#times.length;
    if (at > 0 && this.#times[at - 1] === tsTick) return this.#replace(at - 1, mid, id) && isNewest;
    if (isNewest) {
      this.#times.push(tsTick);
      this.#mids.push(mid);
      this.#ids.push(id);
    } else {
      this.#times.splice(at, 0, tsTick);
      this.#mids.splice(at, 0, mid);
      this.#ids.splice(at, 0, id);
    }
    return isNewest;
  }

  #replace(at: number, mid: number, id: string): boolean {
    const ts = this.#times[at]!;
    const replaced = this.#replaced.get(ts) ?? [];
    if (id === this.#ids[at] || replaced.includes(id)) return false;
    this.#replaced.set(ts, [...replaced, this.#ids[at]!]);
    this.#mids[at] = mid;
    this.#ids[at] = id;
    return true;
  }

  /** M(t): the latest mid with tsTick <= t. */
  at(t: Micros): Mid | null {
    return this.#entry(this.#firstAfter(t) - 1);
  }

  /** The latest mid strictly before t. */
  before(t: Micros): Mid | null {
    let at = this.#firstAfter(t) - 1;
    if (at >= 0 && this.#times[at] === t) at--;
    return this.#entry(at);
  }

  /** Forgets what no question about a time >= watermark can need: all but the last mid before it. */
  prune(watermark: Micros): void {
    if (this.#times.length < PRUNE_AT) return;
    let keepFrom = this.#firstAfter(watermark) - 1;
    if (keepFrom >= 0 && this.#times[keepFrom] === watermark) keepFrom--;
    if (keepFrom <= 0) return;
    this.#times.splice(0, keepFrom);
    this.#mids.splice(0, keepFrom);
    this.#ids.splice(0, keepFrom);
    for (const ts of this.#replaced.keys()) if (ts < this.#times[0]!) this.#replaced.delete(ts);
  }

  #entry(at: number): Mid | null {
    return at < 0 ? null : { mid: this.#mids[at]!, tsTick: this.#times[at]! };
  }

  /** Index of the first tick later than t. Ticks mostly come in order, so the end is tried first. */
  #firstAfter(t: Micros): number {
    let high = this.#times.length;
    if (high === 0 || this.#times[high - 1]! <= t) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#times[middle]! <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Mids by instrument. */
export class MidBook {
  readonly #series = new Map<string, MidSeries>();

  /**
   * `watermark`: no later question will be about an earlier time. Returns whether the tick is the
   * newest of its instrument now, and no repeat.
   */
  insert(tick: TickEvent, watermark: Micros): boolean {
    const { instrumentId, tsEvent, id } = tick;
    let series = this.#series.get(instrumentId);
    if (series === undefined) {
      series = new MidSeries();
      this.#series.set(instrumentId, series);
    }
    const isNewest = series.insert(tsEvent, midOf(tick), id);
    series.prune(watermark);
    return isNewest;
  }

  snapshot(): MidSnapshot {
    return new Map([...this.#series].map(([id, series]) => [id, series.snapshot()]));
  }

  restore(snapshot: MidSnapshot): void {
    for (const [instrumentId, kept] of snapshot) {
      const series = new MidSeries();
      series.restore(kept);
      this.#series.set(instrumentId, series);
    }
  }

  at(instrumentId: string, t: Micros): Mid | null {
    return this.#series.get(instrumentId)?.at(t) ?? null;
  }

  before(instrumentId: string, t: Micros): Mid | null {
    return this.#series.get(instrumentId)?.before(t) ?? null;
  }
}

/** A tick's mid: its own, or halfway between bid and ask. */
export function midOf(tick: TickEvent): number {
  return tick.mid ?? (tick.bid! + tick.ask!) / 2;
}
