import { MICROS_PER_SECOND } from '../../../engine/scoring/model.ts';
import { scopeChain, splitSuffixes } from '../../../engine/scoring/scopes.ts';
import type { InstrumentId, Micros, Side } from '../../../schemas/ids.ts';
import type { InstrumentEvent } from '../../../schemas/reference.ts';
import { eventsOf, type Market } from './admitted.ts';

/** Instrument data as the log held them at one place; they stay so for what began there. */
export interface Terms {
  readonly instrumentId: InstrumentId;
  readonly instrument: InstrumentEvent | undefined;
  readonly staleAfterMicros: Micros;
  /** Undefined where there is none, or where its beta is 0. */
  readonly benchmarkId: InstrumentId | undefined;
  readonly beta: number;
}

/** The data held before the event at `index`: the newest record in the log's order. */
export function termsAt(market: Market, instrumentId: InstrumentId, index: number): Terms {
  const instrument = eventsOf(market.log, 'instrument')
    .filter((entry) => entry.index < index && entry.event.instrumentId === instrumentId)
    .at(-1)?.event;
  const staleSeconds = instrument?.staleAfterSeconds;
  const beta = instrument?.beta ?? 0;
  return {
    instrumentId,
    instrument,
    staleAfterMicros:
      staleSeconds === undefined ? market.model.staleAfterMicros : staleSeconds * MICROS_PER_SECOND,
    benchmarkId: beta === 0 ? undefined : instrument?.benchmarkId,
    beta,
  };
}

/** Scopes of an observation made at a time, finest first. */
export function scopesOf(
  market: Market,
  terms: Terms,
  at: Micros,
  side: Side | null = null,
  quantity: number | null = null,
): string[] {
  const suffixes = splitSuffixes(market.model, side, quantity);
  return scopeChain(terms.instrumentId, terms.instrument, at, suffixes);
}
