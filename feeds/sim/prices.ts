import type { TickEvent } from '../../schemas/events.ts';
import type { InstrumentId, Micros } from '../../schemas/ids.ts';
import { BENCHMARKS, type Benchmark } from './asset-profiles.ts';
import { ImpactTrace, type Impulse } from './impact.ts';
import type { SimInstrument } from './instruments.ts';
import { keyOf, mix, unitOf } from './random.ts';
import { roundPrice } from './rounding.ts';
import { valuePathBps } from './value-path.ts';

const PATH = keyOf('path');
const TICK = keyOf('tick');
/** Largest error of an observed mid. */
const OBSERVATION_NOISE_BPS = 0.5;

/** Hashing a name costs more than the rest of a mid: once each. */
const benchmarkKeys = new Map(
  BENCHMARKS.map(({ instrumentId }) => [instrumentId, keyOf(instrumentId)]),
);
const benchmarksById = new Map(BENCHMARKS.map((benchmark) => [benchmark.instrumentId, benchmark]));

/** The prices of a market: fair values that walk with their benchmarks, and the impact on them. */
export class Prices {
  readonly #tickKey: number;
  readonly #pathKey: number;
  readonly #impact = new Map<SimInstrument, ImpactTrace>();

  constructor(seed: number) {
    this.#tickKey = mix(TICK, seed);
    this.#pathKey = mix(PATH, seed);
  }

  /** True mid, impact included; unrounded. Times must not go back beyond the last `settle`. */
  midAt(instrument: SimInstrument, ts: Micros): number {
    const benchmark = benchmarksById.get(instrument.benchmarkId)!;
    const bps =
      instrument.beta * this.#benchmarkBps(benchmark, ts) +
      valuePathBps(mix(this.#pathKey, instrument.key), ts, instrument.dailyMoveBps) +
      (this.#impact.get(instrument)?.at(ts) ?? 0);
    return instrument.basePrice * (1 + bps / 10_000);
  }

  push(instrument: SimInstrument, impulses: readonly Impulse[]): void {
    const trace = this.#impact.get(instrument) ?? new ImpactTrace();
    trace.add(impulses);
    this.#impact.set(instrument, trace);
  }

  /** Lets go of the detail of impact before `ts`. */
  settle(instrument: SimInstrument, ts: Micros): void {
    this.#impact.get(instrument)?.fold(ts);
  }

  /** What market data shows: bid and ask around a slightly wrong mid. */
  tick(instrument: SimInstrument, tsEvent: Micros, volume: number): TickEvent {
    const hash = mix(mix(this.#tickKey, instrument.key), tsEvent / 1000);
    const noise = (2 * unitOf(hash) - 1) * OBSERVATION_NOISE_BPS;
    const half = instrument.halfSpreadBps * (0.8 + 0.4 * unitOf(mix(hash, 1)));
    const mid = this.midAt(instrument, tsEvent);
    const { instrumentId, basePrice } = instrument;
    return {
      kind: 'tick',
      id: tickId(instrumentId, tsEvent),
      tsEvent,
      instrumentId,
      bid: roundPrice(mid * (1 + (noise - half) / 10_000), basePrice),
      ask: roundPrice(mid * (1 + (noise + half) / 10_000), basePrice),
      ...(volume > 0 ? { volume } : {}),
    };
  }

  benchmarkTick(benchmark: Benchmark, tsEvent: Micros): TickEvent {
    const bps = this.#benchmarkBps(benchmark, tsEvent);
    const instrumentId = benchmark.instrumentId as InstrumentId;
    const mid = roundPrice(benchmark.basePrice * (1 + bps / 10_000), benchmark.basePrice);
    return { kind: 'tick', id: tickId(instrumentId, tsEvent), tsEvent, instrumentId, mid };
  }

  #benchmarkBps({ instrumentId, dailyMoveBps }: Benchmark, ts: Micros): number {
    return valuePathBps(mix(this.#pathKey, benchmarkKeys.get(instrumentId)!), ts, dailyMoveBps);
  }
}

function tickId(instrumentId: InstrumentId, tsEvent: Micros): string {
  return `t-${tsEvent}-${instrumentId}`;
}
