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
  #samples: Sample[] = [];
  #intervalMs = FIRST_INTERVAL_MS;
  #isBroken = true;
  #version = 0;

  /** In time order. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** Grows with every sample taken. */
  get version(): number {
    return this.#version;
  }

  /** Takes the value if a sample is due; event time that has gone back begins a new trail. */
  sample(value: number, atMs: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && atMs < last.atMs) this.#samples = [];
    else if (last !== undefined && atMs - last.atMs < this.#intervalMs && !this.#isBroken) return;
    if (this.#samples.length >= TRAIL_SAMPLES_MAX) this.#thin();
    this.#samples.push({ atMs, value, isStart: this.#isBroken });
    this.#isBroken = false;
    this.#version++;
    this.#forgetBefore(atMs - TRAIL_SPAN_MS_MAX);
  }

  /** What comes next does not join what was. */
  interrupt(): void {
    this.#isBroken = true;
  }

  /** The older of each pair goes, so the newest stays; its start is handed on. */
  #thin(): void {
    const samples = this.#samples;
    this.#samples = samples
      .filter((_, i) => i % 2 === 1)
      .map((kept, i) => ({ ...kept, isStart: kept.isStart || samples[2 * i]!.isStart }));
    this.#intervalMs *= 2;
  }

  #forgetBefore(atMs: number): void {
    const kept = this.#samples.findIndex((sample) => sample.atMs >= atMs);
    if (kept > 0) this.#samples.splice(0, kept);
  }
}
