import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { MetricName } from '../scoring/metrics.ts';

/** Why a value does not exist; counted, never replaced. */
type NullReason = 'stale' | 'noNewTick' | 'noSide' | 'absurd' | 'endedEarly' | 'pending';

/** A value, or the reason why there is none. */
export type Measured = { readonly value: number } | { readonly missing: NullReason };

/** One thing measured about one dealer. */
export interface Observation {
  readonly dealerId: DealerId;
  readonly metric: MetricName;
  readonly value: number;
  /** How many observations it counts for: 1, or 1/lines of a list. */
  readonly quantity: number;
  /** When the measured thing happened. */
  readonly tsMeasured: Micros;
  /** The scopes it counts for, finest first, as the reference data had it when it was made. */
  readonly scopes: readonly string[];
}

/** Where observations go. `sign` -1 withdraws an observation that was added before. */
export interface ObservationSink {
  observe(observation: Observation, sign: 1 | -1): void;
}

const ABSURD_BPS = 10_000;

/** A value in bps, unless it is too large to be anything but an error in the data. */
export function measuredBps(bps: number): Measured {
  return Math.abs(bps) <= ABSURD_BPS ? { value: bps } : { missing: 'absurd' };
}
