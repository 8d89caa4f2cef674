/** Samples a trail holds; when it is full every second one goes and sampling slows to half. */
export const TRAIL_SAMPLES_MAX = 120;
/** What is older than this before the newest sample is no longer of the session. */
export const TRAIL_SPAN_MS_MAX = 86_400_000;
const FIRST_INTERVAL_MS = 1_000;

export interface Sample {
  /** Event time, ms. */
  readonly atMs: number;
  readonly value: number;
  /** Nothing is known of the time before it. */
  readonly isStart: boolean;
}

/** One number over the session in bounded memory: the longer it lasts, the coarser the samples. */
export class Trail {
  // Every dealer has one: arrays of numbers take a fifth of what objects would.
  readonly #times = new Float64Array(TRAIL_SAMPLES_MAX);
  readonly #values = new Float64Array(TRAIL_SAMPLES_MAX);
  /** 1: nothing is known of the time before the sample. */
  readonly #starts = new Uint8Array(TRAIL_SAMPLES_MAX);
  #length = 0;
  #intervalMs = FIRST_INTERVAL_MS;
  #isBroken = true;
  #version = 0;

  /** In time order. */
  get samples(): readonly Sample[] {
    return Array.from({ length: this.#length }, (_, i) => ({
      atMs: this.#times[i]!,
      value: this.#values[i]!,
      isStart: this.#starts[i] === 1,
    }));
  }

  /** Grows with every sample taken. */
  get version(): number {
    return this.#version;
  }

  /** Takes the value if a sample is due; event time that has gone back begins a new trail. */
  sample(value: number, atMs: number): void {
    const sinceLast = this.#length === 0 ? null : atMs - this.#times[this.#length - 1]!;
    if (sinceLast !== null && sinceLast < 0) this.#length = 0;
    else if (sinceLast !== null && sinceLast < this.#intervalMs && !this.#isBroken) return;
    if (this.#length >= TRAIL_SAMPLES_MAX) this.#thin();
    this.#put(this.#length++, atMs, value, this.#isBroken);
    this.#isBroken = false;
    this.#version++;
    this.#forgetBefore(atMs - TRAIL_SPAN_MS_MAX);
  }

  /** What comes next does not join what was. */
  interrupt(): void {
    this.#isBroken = true;
  }

  #put(at: number, atMs: number, value: number, isStart: boolean): void {
    this.#times[at] = atMs;
    this.#values[at] = value;
    this.#starts[at] = isStart ? 1 : 0;
  }

  /** The older of each pair goes, so the newest stays; its start is handed on. */
  #thin(): void {
    for (let i = 1; i < this.#length; i += 2) {
      const isStart = this.#starts[i] === 1 || this.#starts[i - 1] === 1;
      this.#put(i >> 1, this.#times[i]!, this.#values[i]!, isStart);
    }
    this.#length >>= 1;
    this.#intervalMs *= 2;
  }

  #forgetBefore(atMs: number): void {
    let gone = 0;
    while (gone < this.#length && this.#times[gone]! < atMs) gone++;
    if (gone === 0) return;
    for (const column of [this.#times, this.#values, this.#starts]) {
      column.copyWithin(0, gone, this.#length);
    }
    this.#length -= gone;
  }
}
