import type { Micros } from '../../schemas/ids.ts';

/** A stretch of trading: a day of history, or a minute of the live market. */
export interface Period {
  readonly from: Micros;
  /** Not included. */
  readonly to: Micros;
  /** Share of the period that [from, to) is; less than 1 where the market starts or turns live. */
  readonly isLive: boolean;
  /** The whole period, of which [from, to) may be a part. */
  readonly opens: Micros;
  readonly closes: Micros;
}

const MINUTE_MICROS = 60_000_000;
const HOUR_MICROS = 60 * MINUTE_MICROS;
const DAY_MICROS = 24 * HOUR_MICROS;
/** Eight hours from 13:00 UTC, Monday to Friday; no holidays, no daylight saving. */
const OPEN_MICROS = 13 * HOUR_MICROS;
const CLOSE_MICROS = 21 * HOUR_MICROS;

/** The periods of a market that starts at `startTs` and, from `liveFromTs` on, never closes. */
export class Periods {
  readonly #liveFromTs: Micros;
  #next: Period;

  constructor(startTs: Micros, liveFromTs: Micros) {
    this.#liveFromTs = liveFromTs;
    this.#next = this.#from(startTs);
  }

  /** The next period, not yet taken. */
  get peek(): Period {
    return this.#next;
  }

  take(): Period {
    const period = this.#next;
    this.#next = this.#from(period.to);
    return period;
  }

  #from(ts: Micros): Period {
    for (let day = Math.floor(ts / DAY_MICROS); ts < this.#liveFromTs; day++) {
      const opens = day * DAY_MICROS + OPEN_MICROS;
      const closes = day * DAY_MICROS + CLOSE_MICROS;
      const from = Math.max(ts, opens);
      const to = Math.min(closes, this.#liveFromTs);
      if (from >= this.#liveFromTs) break;
      if (from < to && isWeekday(day)) return { from, to, isLive: false, opens, closes };
    }
    const from = Math.max(ts, this.#liveFromTs);
    const opens = Math.floor(from / MINUTE_MICROS) * MINUTE_MICROS;
    const closes = opens + MINUTE_MICROS;
    return { from, to: closes, isLive: true, opens, closes };
  }
}

/** Day 0 of the epoch was a Thursday. */
function isWeekday(day: number): boolean {
  const weekday = (day + 4) % 7;
  return weekday !== 0 && weekday !== 6;
}
