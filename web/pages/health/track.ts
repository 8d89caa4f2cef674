import type { EngineStatus } from '../../../schemas/engine-status.ts';

/** How far back the lines of the page go. */
export const TRACK_MS = 300_000;
/** A longer silence is not bridged. */
const GAP_MS = 5_000;
/** Rates are over so long: shorter ones flicker. */
const RATE_MS = 5_000;

/** One figure at one moment, as `sparklinePath` draws it. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
  readonly isStart: boolean;
}

export type TrackName = 'lagMs' | 'eventsPerSecond' | 'selectP99Micros';

/** Per second, over the last seconds; null: not known yet. */
export interface Rates {
  readonly events: number | null;
  readonly selections: number | null;
  readonly framesSent: number | null;
  readonly bytesSent: number | null;
  /** Of one processor: 1.5 is one and a half. */
  readonly processors: number | null;
}

export const NO_RATES: Rates = {
  events: null,
  selections: null,
  framesSent: null,
  bytesSent: null,
  processors: null,
};

interface Reading {
  readonly status: EngineStatus;
  readonly atMs: number;
}

/** What the page makes of one status after another: rates, and the last minutes of some figures. */
export class Track {
  readonly #readings: Reading[] = [];
  readonly #samples: Readonly<Record<TrackName, Sample[]>> = {
    lagMs: [],
    eventsPerSecond: [],
    selectP99Micros: [],
  };

  samples(name: TrackName): readonly Sample[] {
    return this.#samples[name];
  }

  /** Takes what the engine said at a moment of a clock that only goes forward; returns the rates then. */
  take(status: EngineStatus, atMs: number): Rates {
    this.#forget(status, atMs);
    this.#readings.push({ status, atMs });
    const rates = this.#rates();
    this.#sample('lagMs', status.lagMs, atMs);
    this.#sample('eventsPerSecond', rates.events, atMs);
    this.#sample('selectP99Micros', status.selections.p99Micros, atMs);
    return rates;
  }

  /** By how much a count has grown over the last minute or less; 0 before there are two readings. */
  growth(of: (status: EngineStatus) => number | null): number {
    const values = this.#readings.map(({ status }) => of(status)).filter((value) => value !== null);
    return values.length < 2 ? 0 : values.at(-1)! - values[0]!;
  }

  /** Least of the last seconds: what is not 0 has not been 0 for so long. */
  least(of: (status: EngineStatus) => number, spanMs: number): number {
    const newest = this.#readings.at(-1);
    if (newest === undefined) return 0;
    const recent = this.#readings.filter(({ atMs }) => atMs >= newest.atMs - spanMs);
    const isCovered = this.#readings[0]!.atMs <= newest.atMs - spanMs;
    return isCovered ? Math.min(...recent.map(({ status }) => of(status))) : 0;
  }

  #rates(): Rates {
    const newest = this.#readings.at(-1)!;
    const from = this.#readings.find(({ atMs }) => atMs >= newest.atMs - RATE_MS)!;
    const seconds = (newest.atMs - from.atMs) / 1000;
    if (seconds <= 0) return NO_RATES;
    const rate = (of: (status: EngineStatus) => number) =>
      Math.max(0, of(newest.status) - of(from.status)) / seconds;
    return {
      events: rate(({ eventsApplied }) => eventsApplied),
      selections: rate(({ selections }) => selections.count),
      framesSent: rate(({ gateway }) => gateway.framesSent),
      bytesSent: rate(({ gateway }) => gateway.bytesSent),
      processors: rate(({ process }) => process.cpuSeconds),
    };
  }

  #sample(name: TrackName, value: number | null, atMs: number): void {
    if (value === null) return;
    const samples = this.#samples[name];
    const last = samples.at(-1);
    const isStart = last === undefined || atMs - last.atMs > GAP_MS;
    samples.push({ atMs, value, isStart });
    while (samples[0]!.atMs < atMs - TRACK_MS) samples.shift();
  }

  /** Readings older than a minute, and all of an engine that has been started again since. */
  #forget({ process }: EngineStatus, atMs: number): void {
    const last = this.#readings.at(-1);
    if (last !== undefined && process.uptimeSeconds < last.status.process.uptimeSeconds) {
      this.#readings.length = 0;
    }
    while (this.#readings.length > 0 && this.#readings[0]!.atMs < atMs - 60_000) {
      this.#readings.shift();
    }
  }
}
