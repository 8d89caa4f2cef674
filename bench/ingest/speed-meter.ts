import type { Speed } from '../support/report.ts';

/** The first part of a log is read by code that is still being compiled. */
const WARM_UP_SHARE = 0.25;

interface Mark {
  readonly done: number;
  readonly atMs: number;
  readonly cpuMicros: number;
}

/** Speed and processor time, of all threads of this process, over the last part of a log. */
export class SpeedMeter {
  readonly #total: number;
  readonly #warmUpShare: number;
  #from: Mark | null = null;
  #to: Mark | null = null;

  /** `total`: how much there is to do. */
  constructor(total: number, warmUpShare = WARM_UP_SHARE) {
    this.#total = total;
    this.#warmUpShare = warmUpShare;
  }

  /** Call often with how much is done. Returns true once it is all. */
  reached(done: number): boolean {
    if (this.#from === null && done >= this.#total * this.#warmUpShare) this.#from = markAt(done);
    if (this.#to === null && done >= this.#total) this.#to = markAt(done);
    return this.#to !== null;
  }

  /** NaN before all is done. */
  speed(): Speed {
    const { done = Number.NaN, atMs = Number.NaN, cpuMicros = Number.NaN } = this.#to ?? {};
    const from = this.#from;
    if (from === null) return { eventsPerSecond: Number.NaN, cpuSecondsPerMillion: Number.NaN };
    return {
      eventsPerSecond: ((done - from.done) * 1000) / (atMs - from.atMs),
      cpuSecondsPerMillion: (cpuMicros - from.cpuMicros) / (done - from.done),
    };
  }
}

function markAt(done: number): Mark {
  const { user, system } = process.cpuUsage();
  return { done, atMs: performance.now(), cpuMicros: user + system };
}
