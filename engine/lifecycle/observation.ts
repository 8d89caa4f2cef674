import type { EventOf } from '../../schemas/events.ts';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { MetricName } from '../scoring/metrics.ts';

export type AxeEvent = EventOf<'axe'>;

/** One thing measured about one dealer. */
export interface Observation {
  readonly dealerId: DealerId;
  readonly metric: MetricName;
  readonly value: number;
  /** How many observations it counts for: 1, or 1/lines of a list. */
  readonly quantity: number;
  /** When the measured thing happened. */
  readonly tsMeasured: Micros;
  /**
   * The scopes it counts for, finest first, split ones included, as the reference data had it when
   * the thing began. Equal chains are the same array (Reference.scopes).
   */
  readonly scopes: readonly string[];
}

/** Where observations go. */
export interface ObservationSink {
  /** `sign` -1 withdraws an observation that was added before. */
  observe(observation: Observation, sign: 1 | -1): void;
  /**
   * The newest axe of a (dealer, instrument, dealer side) has changed. One that expires no later
   * than its own time withdraws what stood.
   */
  standingAxe?(axe: AxeEvent): void;
}
