import type { Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import { MICROS_PER_DAY } from '../scoring/model.ts';
import { scopeChain } from '../scoring/scopes.ts';

interface CachedChain {
  readonly instrument: InstrumentEvent | undefined;
  readonly day: number;
  readonly scopes: readonly string[];
}

/** The security master as the log has it so far: the newest record in the log holds. */
export class Reference {
  readonly #instruments = new Map<string, InstrumentEvent>();
  readonly #chains = new Map<string, CachedChain>();

  update(instrument: InstrumentEvent): void {
    this.#instruments.set(instrument.instrumentId, instrument);
  }

  instrument(instrumentId: string): InstrumentEvent | undefined {
    return this.#instruments.get(instrumentId);
  }

  /**
   * The scope chain of an observation (scopes.ts). Buckets change at UTC midnight at most, so that
   * the same array comes back for observations of one day.
   */
  scopes(instrumentId: string, at: Micros): readonly string[] {
    const instrument = this.#instruments.get(instrumentId);
    const day = Math.floor(at / MICROS_PER_DAY);
    const cached = this.#chains.get(instrumentId);
    if (cached?.instrument === instrument && cached?.day === day) return cached.scopes;
    const scopes = scopeChain(instrumentId, instrument, at);
    this.#chains.set(instrumentId, { instrument, day, scopes });
    return scopes;
  }
}
