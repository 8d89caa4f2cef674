import type { EventOf, TickEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros } from '../../schemas/ids.ts';
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
  /** A firm quote of a dealer; of all that were told the newest holds, so that a repeat is harmless. */
  newestQuote?(dealerId: DealerId, scopes: readonly string[], tsEvent: Micros): void;
  /**
   * A dealer was asked, likewise. Told when the RFQ comes if that is no earlier than the ask, else once
   * the watermark has passed the ask and the RFQ was not closed before it: what was planned and never
   * happened is not told.
   */
  newestAsk?(dealerId: DealerId, scopes: readonly string[], tsSent: Micros): void;
  /** A tick that no known one of its instrument is newer than; of two at one time the later in the log. */
  newestTick?(tick: TickEvent, mid: number): void;
  /**
   * Something was dealt in an instrument: a tick says a volume, or we filled. A bust that comes after
   * its fill does not take it back.
   */
  traded?(instrumentId: InstrumentId, tsEvent: Micros): void;
}
