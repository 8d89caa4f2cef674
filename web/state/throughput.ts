/** Counter of the engine that the rate is taken of. */
const COUNTER = /^firstcall_events_applied_total ([0-9.e+]+)$/m;

/** Events applied since the engine started, from its Prometheus text; null when it does not say. */
export function eventsApplied(metricsText: string): number | null {
  const match = COUNTER.exec(metricsText);
  return match === null ? null : Number(match[1]);
}

/** Turns readings of a counter into a rate per second. */
export class RateMeter {
  #last: { readonly total: number; readonly atMs: number } | null = null;

  /** Null on the first reading and when the counter has begun anew. */
  read(total: number, atMs: number): number | null {
    const last = this.#last;
    this.#last = { total, atMs };
    if (last === null || total < last.total || atMs <= last.atMs) return null;
    return ((total - last.total) * 1000) / (atMs - last.atMs);
  }
}
