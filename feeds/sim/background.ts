import type { Micros } from '../../schemas/ids.ts';
import { ASSET_CLASSES, BENCHMARKS, type Benchmark } from './asset-profiles.ts';
import type { Period } from './calendar.ts';
import type { SimDealer } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';
import { keyOf, Random } from './random.ts';

/** What happens without any client; prices are put in when it does. */
export type BackgroundItem =
  | { readonly what: 'benchmarkTick'; readonly at: Micros; readonly benchmark: Benchmark }
  | { readonly what: 'tick'; readonly at: Micros; readonly instrument: SimInstrument }
  | {
      readonly what: 'stream' | 'axe';
      readonly at: Micros;
      readonly dealer: SimDealer;
      readonly instrument: SimInstrument;
    };

const SECOND_MICROS = 1_000_000;
const BACKGROUND = keyOf('background');
const STREAMS = keyOf('streams');
const AXES = keyOf('axes');

/** How much happens in a whole period: a trading day of history, a minute of the live market. */
const INTENSITY = {
  day: { benchmarkSeconds: 60, ticksFactor: 1, streamedQuotes: 40, axesFactor: 1 },
  minute: { benchmarkSeconds: 2, ticksFactor: 0.1, streamedQuotes: 1, axesFactor: 0.01 },
} as const;
/** Streaming dealers stream in the first few instruments of each class they cover. */
const STREAMED_PER_CLASS = 6;

/** Draws a period's background, in no order. */
export class Background {
  readonly #seed: number;
  readonly #instruments: readonly SimInstrument[];
  readonly #dealers: readonly SimDealer[];

  constructor(seed: number, instruments: readonly SimInstrument[], dealers: readonly SimDealer[]) {
    this.#seed = seed;
    this.#instruments = instruments;
    this.#dealers = dealers;
  }

  draw(period: Period): BackgroundItem[] {
    return [
      ...this.#benchmarkTicks(period),
      ...this.#quietTicks(period),
      ...this.#streams(period),
      ...this.#axes(period),
    ];
  }

  #benchmarkTicks(period: Period): BackgroundItem[] {
    const step = intensity(period).benchmarkSeconds * SECOND_MICROS;
    const items: BackgroundItem[] = [];
    for (let at = Math.ceil(period.from / step) * step; at < period.to; at += step) {
      for (const benchmark of BENCHMARKS) items.push({ what: 'benchmarkTick', at, benchmark });
    }
    return items;
  }

  #quietTicks(period: Period): BackgroundItem[] {
    const { ticksFactor } = intensity(period);
    return this.#instruments.flatMap((instrument) => {
      const random = this.#random(BACKGROUND, instrument.key, period);
      return drawTimes(period, instrument.profile.quietTicksPerDay * ticksFactor, random).map(
        (at): BackgroundItem => ({ what: 'tick', at, instrument }),
      );
    });
  }

  #streams(period: Period): BackgroundItem[] {
    const { streamedQuotes } = intensity(period);
    return this.#dealers
      .filter((dealer) => dealer.isStreaming)
      .flatMap((dealer) => {
        const random = this.#random(STREAMS, dealer.key, period);
        const streamed = this.#streamedBy(dealer);
        return drawTimes(period, streamedQuotes, random).flatMap((at): BackgroundItem[] =>
          streamed.length === 0
            ? []
            : [{ what: 'stream', at, dealer, instrument: random.pick(streamed) }],
        );
      });
  }

  #axes(period: Period): BackgroundItem[] {
    const { axesFactor } = intensity(period);
    return this.#dealers.flatMap((dealer) => {
      const random = this.#random(AXES, dealer.key, period);
      return drawTimes(period, dealer.axesPerDay * axesFactor, random).flatMap((at) => {
        const instrument = random.pick(this.#instruments);
        if (!dealer.covers.includes(instrument.assetClass)) return [];
        return [{ what: 'axe' as const, at, dealer, instrument }];
      });
    });
  }

  #streamedBy(dealer: SimDealer): SimInstrument[] {
    return ASSET_CLASSES.filter((asset) => dealer.covers.includes(asset)).flatMap((asset) =>
      this.#instruments
        .filter((instrument) => instrument.assetClass === asset)
        .slice(0, STREAMED_PER_CLASS),
    );
  }

  #random(purpose: number, key: number, period: Period): Random {
    return new Random(this.#seed, purpose, key, period.opens / 60_000_000, +period.isLive);
  }
}

function intensity(period: Period) {
  return period.isLive ? INTENSITY.minute : INTENSITY.day;
}

/** A Poisson number of times in the whole period, of which those in [from, to) are kept. */
function drawTimes(period: Period, mean: number, random: Random): Micros[] {
  const length = period.closes - period.opens;
  return Array.from({ length: random.poisson(mean) }, () =>
    Math.floor(period.opens + random.next() * length),
  ).filter((at) => at >= period.from && at < period.to);
}
