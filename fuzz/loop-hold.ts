/** Times of the clock and of the process, milliseconds. */
interface Moment {
  readonly clock: number;
  readonly cpu: number;
}

/** A ping is due so often; what is held for less counts at most as this. */
const PING_MS = 1;

/**
 * For how long at a time the event loop of this thread stood still: nothing that was due could run, no
 * timer, no answer of a socket.
 */
export class LoopHold {
  readonly #began = now();
  readonly #ping = setInterval(() => this.#turn(), PING_MS);
  #turned = this.#began;
  #longestMs = 0;

  /** The longest of these times until the stop. */
  get heldMs(): number {
    return this.#longestMs;
  }

  /** All of the time from the beginning to the stop. */
  get ms(): number {
    return msBetween(this.#began, this.#turned);
  }

  stop(): void {
    clearInterval(this.#ping);
    this.#turn();
  }

  #turn(): void {
    const moment = now();
    this.#longestMs = Math.max(this.#longestMs, msBetween(this.#turned, moment));
    this.#turned = moment;
  }
}

function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), cpu: (user + system) / 1000 };
}

/** Whatever else the machine does takes time, but no time of this process. */
function msBetween(from: Moment, to: Moment): number {
  return Math.min(to.clock - from.clock, to.cpu - from.cpu);
}
