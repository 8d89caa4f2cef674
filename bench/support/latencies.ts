import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** Longest latency told apart, nanoseconds: a minute. What took longer counts as this. */
const LATENCY_NS_MAX = 60e9;

/** Latencies in nanoseconds, in an HDR histogram with three significant digits. */
export class Latencies {
  readonly #histogram: Histogram;

  constructor(histogram: Histogram = emptyHistogram()) {
    this.#histogram = histogram;
  }

  /** Those of several rounds in one. */
  static merge(parts: readonly Latencies[]): Latencies {
    const histogram = emptyHistogram();
    for (const part of parts) histogram.add(part.#histogram);
    return new Latencies(histogram);
  }

  /** From `encode`. */
  static decode(text: string): Latencies {
    return new Latencies(decodeFromCompressedBase64(text, 64));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  get max(): number {
    return this.#histogram.maxValue;
  }

  record(nanos: number): void {
    this.#histogram.recordValue(Math.min(LATENCY_NS_MAX, Math.max(1, Math.round(nanos))));
  }

  /**
   * The latency that a share `q` of all stay within; null when there are too few to say, since a
   * 99.9th percentile of a hundred is only their maximum under another name.
   */
  quantile(q: number): number | null {
    const isSupported = this.count * (1 - q) >= 1 - 1e-9;
    return isSupported ? this.#histogram.getValueAtPercentile(q * 100) : null;
  }

  /** HDR histogram in its own portable form, V2, base64. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}

function emptyHistogram(): Histogram {
  return build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LATENCY_NS_MAX,
    numberOfSignificantValueDigits: 3,
  });
}
