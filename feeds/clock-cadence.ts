import type { Micros } from '../schemas/ids.ts';

/** A log's `clock` events are this far apart in its own time, so that a watermark lags little. */
const CLOCK_INTERVAL_MICROS = 1_000_000;

/**
 * Says when a `clock` event is due: by the wall clock for live feeds, by simulated or replayed time
 * for feeds that own a log's time. Asked once a flush: a flush that spans an hour costs one event.
 */
export class ClockCadence {
  #last: Micros = Number.NEGATIVE_INFINITY;

  /** True if a second of event time has passed since it was last true. Never true for the past. */
  isDue(ts: Micros): boolean {
    if (ts < this.#last + CLOCK_INTERVAL_MICROS) return false;
    this.#last = ts;
    return true;
  }
}
